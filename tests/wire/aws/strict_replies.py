"""Checks replies against botocore's model of the service, strictly.

botocore itself ignores members that it does not know and values outside of an enumeration. This module fails the call: no
unknown member, no member twice, no value outside of its enumeration, no number, flag or time in another form, no required
member missing. Once imported it checks every reply that boto3 receives; `pytest -p strict_replies` loads it for a run.
`strict_proxy.py` does the same for clients in other languages.
"""

import json
import re
import xml.etree.ElementTree as ElementTree

from botocore import parsers

# What every reply of the two protocols has beside the shape of its action.
WRAPPERS = {"requestId", "ResponseMetadata", "RequestId"}
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


def check_error(root):
    names = [local(child) for child in root]
    error = root.find("./Errors/Error") if local(root) == "Response" else next((c for c in root if local(c) == "Error"), None)
    if error is None or not ({"RequestID", "RequestId"} & set(names)):
        raise UnexpectedReply(f"not the document of an error: {ElementTree.tostring(root)!r}")
    for name in ("Code", "Message"):
        if not next((child.text for child in error if local(child) == name), None):
            raise UnexpectedReply(f"the error has no {name}")


def check_xml_reply(status, body, shape):
    root = ElementTree.fromstring(body)
    if status >= 300:
        check_error(root)
    elif shape is not None:
        result = root
        if "resultWrapper" in shape.serialization:
            result = next(child for child in root if local(child) == shape.serialization["resultWrapper"])
        check(result, shape, local(root), WRAPPERS)


def check_json_reply(status, body, shape):
    document = json.loads(body)
    if status >= 300:
        if not document.get("__type") or not document.get("message"):
            raise UnexpectedReply(f"not the document of an error: {document}")
    elif shape is not None:
        check_json(document, shape, shape.name)


def checked(parse, check_reply, content_type):
    def parse_strictly(self, response, shape):
        body = response["body"]
        if body and response["headers"].get("content-type", "").startswith(content_type):
            check_reply(response["status_code"], body, shape)
        return parse(self, response, shape)

    return parse_strictly


parsers.QueryParser.parse = checked(parsers.QueryParser.parse, check_xml_reply, "text/xml")
parsers.JSONParser.parse = checked(parsers.JSONParser.parse, check_json_reply, "application/x-amz-json")
