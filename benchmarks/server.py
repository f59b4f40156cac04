"""The service as the HTTP benchmark runs it, with two fixed answers beside its own routes.

`/fixed/bare?size=N` is answered by the outermost function, which is all that uvicorn can give;
`/fixed/route?size=N` by a route of a plain FastAPI application, as everybody writes it.
"""

import os
from pathlib import Path

from fastapi import FastAPI, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app import bootstrap
from app.logs import configure_logs
from app.main import create_app
from benchmarks import database

FOLDER = "BENCHMARK_FOLDER"
JSON = "application/json"

plain = FastAPI(openapi_url=None)


@plain.get("/fixed/route")
def fixed(size: int) -> Response:
    """A body of this many bytes."""
    return Response(b" " * size, media_type=JSON)


def serve() -> ASGIApp:
    """The application over the database in the folder that the environment names."""
    settings = database.settings(Path(os.environ[FOLDER]))
    configure_logs(settings.log_level)
    service = create_app(bootstrap.start(settings), settings)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if path == "/fixed/bare":
            await _bare(scope, send)
        elif path == "/fixed/route":
            await plain(scope, receive, send)
        else:
            await service(scope, receive, send)

    return application


async def _bare(scope: Scope, send: Send) -> None:
    size = int(scope["query_string"].partition(b"=")[2])
    headers = [(b"content-type", JSON.encode()), (b"content-length", str(size).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b" " * size})
