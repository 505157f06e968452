"""Checks every reply that boto3 receives against botocore's model of the service, strictly.

botocore itself ignores elements that it does not know and values outside of an enumeration. This module, once imported,
fails the call: no unknown element, no element twice, no value outside of its enumeration, no number, flag or time in
another form, no required member missing. `pytest -p strict_replies` loads it for a run.
"""

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
    values = getattr(shape, "enum", None)
    if values and text not in values:
        raise UnexpectedReply(f"{path}: {text!r} is not one of {sorted(values)[:20]}")


def check_error(root):
    names = [local(child) for child in root]
    error = root.find("./Errors/Error") if local(root) == "Response" else next((c for c in root if local(c) == "Error"), None)
    if error is None or not ({"RequestID", "RequestId"} & set(names)):
        raise UnexpectedReply(f"not the document of an error: {ElementTree.tostring(root)!r}")
    for name in ("Code", "Message"):
        if not next((child.text for child in error if local(child) == name), None):
            raise UnexpectedReply(f"the error has no {name}")


def checked(parse):
    def parse_strictly(self, response, shape):
        body = response["body"]
        if body and response["headers"].get("content-type", "").startswith("text/xml"):
            root = ElementTree.fromstring(body)
            if response["status_code"] >= 300:
                check_error(root)
            elif shape is not None:
                result = root
                if "resultWrapper" in shape.serialization:
                    result = next(child for child in root if local(child) == shape.serialization["resultWrapper"])
                check(result, shape, local(root), WRAPPERS)
        return parse(self, response, shape)

    return parse_strictly


parsers.QueryParser.parse = checked(parsers.QueryParser.parse)
