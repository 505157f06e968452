"""What the scripts of this folder share: clients of the server that the first argument names, and refusals."""

import sys

from alibabacloud_tea_openapi.models import Config


def client(kind):
    return kind(Config(access_key_id="any", access_key_secret="any", endpoint=sys.argv[1], protocol="http"))


def refused(call, code, status):
    try:
        call()
    except Exception as error:
        assert getattr(error, "code", None) == code, (code, error)
        found = getattr(error, "statusCode", None) or getattr(error, "status_code", None)
        assert found == status, (status, found, error)
        return
    raise AssertionError(f"{code} was expected")
