"""The better worker: a Django ASGI handler. It arrives in a later release."""
