"""Checks replies against botocore's model of the service, strictly.

botocore itself ignores members that it does not know and values outside of an enumeration. This module fails the call: no
unknown member, no member twice, no value outside of its enumeration, no number, flag or time in another form, no required
member missing; and of an error no other members than those of its protocol, and no code that the service does not have.
Once imported it checks every reply that boto3 receives, and says at the end how many; `pytest -p strict_replies` loads it
for a run. `strict_proxy.py` does the same for clients in other languages, `strict_lines.py` for those without a library.
"""

import atexit
import functools
import json
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import botocore.session
from botocore import parsers

# What every reply of the two protocols has beside the shape of its action.
WRAPPERS = {"requestId", "ResponseMetadata", "RequestId"}
# EC2 says of an action without a shape that it was done.
DONE = {"return"}
# The elements of an error, by protocol.
ERRORS = {
    "ec2": ["Response/Errors/Error/Code", "Response/Errors/Error/Message", "Response/RequestID"],
    "query": ["ErrorResponse/Error/Code", "ErrorResponse/Error/Message", "ErrorResponse/Error/Type", "ErrorResponse/RequestId"],
    "rest-xml": ["Error/Code", "Error/Message", "Error/RequestId"],
}
# The codes of EC2, which its model does not have; and those of any service.
EC2_CODES = set(Path(__file__).with_name("ec2_error_codes.txt").read_text().split())
COMMON_CODES = {"InternalError", "InvalidAction", "NotImplemented"}
FORMS = {
    "integer": re.compile(r"-?\d+"),
    "long": re.compile(r"-?\d+"),
    "boolean": re.compile(r"true|false"),
    "double": re.compile(r"-?\d+(\.\d+)?"),
    "float": re.compile(r"-?\d+(\.\d+)?"),
    "timestamp": re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z"),
}
# A flag of Python is a number too.
TYPES = {"string": str, "integer": int, "long": int, "boolean": bool, "double": float, "float": float}


class UnexpectedReply(AssertionError):
    pass


def local(element):
    return element.tag.rpartition("}")[2]


def check(element, shape, path, extra=frozenset()):
    kind = shape.type_name
    if kind == "structure":
        check_structure(element, shape, path, extra)
    elif kind == "list":
        name = shape.member.serialization.get("name", "member")
        for child in element:
            if local(child) != name:
                raise UnexpectedReply(f"{path}: the list has <{local(child)}>, not <{name}>")
            check(child, shape.member, f"{path}[]")
    else:
        check_scalar(element, shape, path)


def check_structure(element, shape, path, extra):
    members = {member.serialization.get("name", name): member for name, member in shape.members.items()}
    seen = set()
    for child in element:
        name = local(child)
        if name in extra:
            continue
        if name not in members:
            raise UnexpectedReply(f"{path}: <{name}> is not in the model of {shape.name}")
        if name in seen:
            raise UnexpectedReply(f"{path}: <{name}> is there twice")
        seen.add(name)
        check(child, members[name], f"{path}.{name}")
    required = {shape.members[name].serialization.get("name", name) for name in shape.required_members}
    if required - seen:
        raise UnexpectedReply(f"{path}: {sorted(required - seen)} is missing")


def check_scalar(element, shape, path):
    text = element.text or ""
    if len(element):
        raise UnexpectedReply(f"{path}: has elements, and is a {shape.type_name}")
    form = FORMS.get(shape.type_name)
    if form and not form.fullmatch(text):
        raise UnexpectedReply(f"{path}: {text!r} is not a {shape.type_name}")
    check_enumeration(text, shape, path)


def check_enumeration(text, shape, path):
    values = getattr(shape, "enum", None)
    if values and text not in values:
        raise UnexpectedReply(f"{path}: {text!r} is not one of {sorted(values)[:20]}")


def check_json(value, shape, path):
    kind = shape.type_name
    if kind == "structure":
        unknown = set(value) - set(shape.members)
        missing = set(shape.required_members) - set(value)
        if unknown or missing:
            raise UnexpectedReply(f"{path}: {sorted(unknown)} is not in the model, {sorted(missing)} is missing")
        for name, member in value.items():
            check_json(member, shape.members[name], f"{path}.{name}")
    elif kind == "list":
        for element in value:
            check_json(element, shape.member, f"{path}[]")
    elif kind == "timestamp":
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise UnexpectedReply(f"{path}: {value!r} is no time in seconds")
    elif type(value) is not TYPES.get(kind, type(value)):
        raise UnexpectedReply(f"{path}: {value!r} is not a {kind}")
    else:
        check_enumeration(value, shape, path)


def leaves(element, path=""):
    path = f"{path}/{local(element)}" if path else local(element)
    return [leaf for child in element for leaf in leaves(child, path)] if len(element) else [(path, element.text or "")]


def check_error(root, protocol):
    found = leaves(root)
    if sorted(path for path, _ in found) != ERRORS[protocol] or not all(text for _, text in found):
        raise UnexpectedReply(f"not an error of the protocol {protocol}: {ElementTree.tostring(root)!r}")
    code = next(text for path, text in found if path.endswith("/Code"))
    if code not in COMMON_CODES and (protocol != "ec2" or code not in EC2_CODES):
        raise UnexpectedReply(f"{code} is not a code of the service")


def check_xml_reply(status, body, shape, protocol):
    root = ElementTree.fromstring(body)
    if status >= 300:
        check_error(root, protocol)
    elif shape is None:
        unknown = [name for name in map(local, root) if name not in WRAPPERS | DONE]
        if unknown:
            raise UnexpectedReply(f"{local(root)}: the action has no reply, and {unknown} is there")
    else:
        result = root
        if "resultWrapper" in shape.serialization:
            result = next(child for child in root if local(child) == shape.serialization["resultWrapper"])
        check(result, shape, local(root), WRAPPERS)


def check_json_reply(status, body, shape, errors=()):
    document = json.loads(body)
    if status >= 300:
        code = document.get("__type")
        if set(document) != {"__type", "message"} or not document["message"]:
            raise UnexpectedReply(f"not the document of an error: {document}")
        if code not in COMMON_CODES and errors is not None and code not in errors:
            raise UnexpectedReply(f"{code} is not a code of the action")
    elif shape is not None:
        check_json(document, shape, shape.name)


@functools.cache
def service_model(service):
    return botocore.session.get_session().get_service_model(service)


def check_reply(service, action, status, body):
    """Checks the reply of an action; of an action that the service does not have, the error."""
    model = service_model(service)
    operation = model.operation_model(action) if action in model.operation_names else None
    if status < 300 and operation is None:
        raise UnexpectedReply(f"{service} has no action {action}, and this is no error")
    shape = operation and operation.output_shape
    if model.protocol == "json":
        check_json_reply(status, body, shape, [error.name for error in operation.error_shapes] if operation else [])
    else:
        if status < 300 and local(ElementTree.fromstring(body)) != f"{action}Response":
            raise UnexpectedReply(f"not the reply of {action}")
        check_xml_reply(status, body, shape, model.protocol)


count = 0


def checked(parse, check_one, content_type):
    def parse_strictly(self, response, shape):
        global count
        body = response["body"]
        if body and response["headers"].get("content-type", "").startswith(content_type):
            check_one(self, response["status_code"], body, shape)
            count += 1
        return parse(self, response, shape)

    return parse_strictly


def check_parsed_xml(parser, status, body, shape):
    check_xml_reply(status, body, shape, "ec2" if isinstance(parser, parsers.EC2QueryParser) else "query")


def check_parsed_json(parser, status, body, shape):
    # A parser does not know its action, nor which errors that has.
    check_json_reply(status, body, shape, None)


parsers.QueryParser.parse = checked(parsers.QueryParser.parse, check_parsed_xml, "text/xml")
parsers.JSONParser.parse = checked(parsers.JSONParser.parse, check_parsed_json, "application/x-amz-json")
atexit.register(lambda: count and print(f"{count} replies checked", file=sys.stderr))
