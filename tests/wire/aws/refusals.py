"""Calls that a service refuses."""

from botocore.exceptions import ClientError


def refused(code, call, **arguments):
    """The call is refused with this code."""
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
    else:
        raise AssertionError(f"not refused with {code}")
