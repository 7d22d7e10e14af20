"""SOAP 1.1 document/literal as ХУР speaks it: calls read from bytes, answers written in the WSDL's order of fields."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]  # no stubs are published for us

Fields = Mapping[str, str | Sequence[Mapping[str, str]]]

NAMESPACES = {
    "citizen-1.5.0": "http://citizen.xyp.gov.mn/",
    "meta-1.5.0": "http://meta.xyp.gov.mn/",
    "property-1.5.0": "http://property.xyp.gov.mn/",
}
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_BODY = f"{{{_SOAP}}}Body"
_ENVELOPE = f"{{{_SOAP}}}Envelope"


class NotACall(ValueError):
    """The bytes are not a SOAP call."""


@dataclass(frozen=True)
class Call:
    namespace: str
    operation: str
    request: Element

    def text(self, path: str) -> str:
        """A field of the request, stripped; empty when it was not sent."""
        return (self.request.findtext(path) or "").strip()


@dataclass(frozen=True)
class Answer:
    """`data_type` and `fields` make the `<response>`; without a type there is none. A list is written item by item."""

    result_code: int
    message: str
    data_type: str = ""
    fields: Fields | None = None


def read_call(body: bytes) -> Call:
    """Raises NotACall. Document types and entities are refused, so nothing can grow or be fetched."""
    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except (ParseError, ValueError, LookupError):  # defusedxml's errors are ValueErrors
        raise NotACall("not XML") from None
    soap_body = root.find(_BODY) if root.tag == _ENVELOPE else None
    if soap_body is None or len(soap_body) != 1:
        raise NotACall("no SOAP body with one operation")
    namespace, _, operation = soap_body[0].tag.rpartition("}")
    request = soap_body[0].find("request")
    return Call(namespace.lstrip("{"), operation, Element("request") if request is None else request)


def write_answer(call: Call, answer: Answer) -> bytes:
    """The envelope of `<operation>Response` with its `<return>`."""
    envelope, body = _envelope({"xmlns:ns2": call.namespace, "xmlns:xsi": _XSI})
    returned = SubElement(SubElement(body, f"ns2:{call.operation}Response"), "return")
    SubElement(returned, "requestId").text = str(uuid.uuid4())
    if answer.data_type:
        response = SubElement(returned, "response", {"xsi:type": f"ns2:{answer.data_type}"})
        _write_fields(response, answer.fields or {})
    SubElement(returned, "resultCode").text = str(answer.result_code)
    SubElement(returned, "resultMessage").text = answer.message
    return bytes(tostring(envelope, encoding="utf-8", xml_declaration=True))


def _write_fields(parent: Element, fields: Fields) -> None:
    for name, value in fields.items():
        if isinstance(value, str):
            SubElement(parent, name).text = value
        else:
            for item in value:
                _write_fields(SubElement(parent, name), item)


def write_fault(reason: str) -> bytes:
    envelope, body = _envelope({})
    fault = SubElement(body, "soap:Fault")
    SubElement(fault, "faultcode").text = "soap:Client"
    SubElement(fault, "faultstring").text = reason
    return bytes(tostring(envelope, encoding="utf-8", xml_declaration=True))


def write_wsdl(endpoint: str) -> bytes:
    """As much of a WSDL as clients read to learn the namespace."""
    namespace = NAMESPACES[endpoint]
    names = {"xmlns:wsdl": "http://schemas.xmlsoap.org/wsdl/", "xmlns:tns": namespace, "targetNamespace": namespace}
    return bytes(tostring(Element("wsdl:definitions", names), encoding="utf-8", xml_declaration=True))


def _envelope(names: Mapping[str, str]) -> tuple[Element, Element]:
    envelope = Element("soap:Envelope", {"xmlns:soap": _SOAP, **names})
    return envelope, SubElement(envelope, "soap:Body")
