"""Examples for the document of API v1, put together from those of the fields."""

from typing import Any

# What a change shows: the first of these that it can change.
TELLING = ("status", "name", "value", "message")


def example(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """A value as `schema` describes it."""
    if "$ref" in schema:
        return {**example(schemas[schema["$ref"].rsplit("/", 1)[-1]], schemas)}
    if "examples" in schema:
        return schema["examples"][0]
    if "const" in schema or "enum" in schema:
        return schema["const"] if "const" in schema else schema["enum"][0]
    if "anyOf" in schema:
        return example(schema["anyOf"][0], schemas)
    if "properties" in schema:
        fields, required = schema["properties"], schema.get("required", ())
        return {name: example(fields[name], schemas) for name in fields if name in required or "$ref" in fields[name]}
    if schema.get("type") == "array":
        return [example(schema["items"], schemas)]
    return None


def body_example(schema: dict[str, Any], shown: dict[str, Any]) -> dict[str, Any]:
    """What a client might send: what it must, or one change; with values of the answer that is `shown`."""
    fields = schema["properties"]
    names = [*schema.get("required", ()), *({"message"} & fields.keys() - set(schema.get("required", ())))]
    if not schema.get("required"):
        names = [next(name for name in TELLING if name in fields)]
    return {name: shown[name] for name in names}
