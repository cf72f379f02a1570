"""Is everything here that sopdata needs to begin: Python, its packages, system libraries?

Called by the Makefile with the machine's own Python, hence the standard library only:
`python3 sopdata/bootstrap.py run` or `… test`. Installs what it may; what it may not it asks for,
in one line to type.
"""

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
VENV = BASE_DIR / ".venv"
LOCKS = {"run": "requirements.lock", "test": "requirements-dev.lock"}
OLDEST_PYTHON = (3, 11)

# WeasyPrint loads these by name: library -> Debian package.
LIBRARIES = {
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz.so.0": "libharfbuzz0b",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
    "libfontconfig.so.1": "libfontconfig1",
}
# Tests drive Chromium, and read PDF files and signatures as readers would: program -> package.
PROGRAMS = {
    "chromium": "chromium",
    "pdftotext": "poppler-utils",
    "qpdf": "qpdf",
    "certutil": "libnss3-tools",
}


def main(purpose: str) -> None:
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(
            f"sopdata membutuhkan Python 3.11 atau lebih baru; ini {sys.version.split()[0]}. "
            f"Jalankan: make {purpose} PYTHON=python3.11"
        )
    install_system_packages(missing_packages(purpose))
    make_environment(purpose)


def missing_packages(purpose: str) -> "list[str]":
    """Return the Debian packages that are still needed."""
    missing = [package for library, package in LIBRARIES.items() if not can_load(library)]
    if importlib.util.find_spec("ensurepip") is None and not VENV.exists():
        missing.append("python{}.{}-venv".format(*sys.version_info))
    if purpose == "test":
        missing += [package for name, package in PROGRAMS.items() if not shutil.which(name)]
    return missing


def can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def install_system_packages(packages: "list[str]") -> None:
    """Install with apt as root or through a sudo that asks nothing; else say the line and stop."""
    if not packages:
        return
    if sys.platform != "linux":
        sys.exit(f"Pustaka sistem belum ada. Pasang dahulu padanan dari: {' '.join(packages)}")
    names = " ".join(packages)
    line = f"  sudo apt-get install -y {names}\n"
    before = may_install()
    if before is None:
        sys.exit(f"Paket sistem belum ada. Ketik satu baris ini, lalu ulangi:\n\n{line}")
    say(f"Memasang paket sistem: {names}")
    apt = [*before, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    # another apt may be at work, on a machine that has just been switched on
    apt += ["-o=DPkg::Lock::Timeout=300", "-o=Dpkg::Use-Pty=0"]
    subprocess.run([*apt, "update"], stdout=subprocess.DEVNULL, check=False)
    install = [*apt, "install", "-y", "--no-install-recommends", *packages]
    done = subprocess.run(install, stdout=subprocess.DEVNULL, check=False)
    if done.returncode:
        sys.exit(f"apt tidak berhasil; sebabnya di atas. Perbaiki, lalu ketik:\n\n{line}")


def may_install() -> "list[str] | None":
    """Return the words to put before apt-get, or None when we may not."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    silent = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if silent.returncode == 0 else None


def make_environment(purpose: str) -> None:
    """Make `.venv` from the lock file, unless it stands already and the lock has not changed."""
    python = VENV / "bin" / "python"
    if not runs(python):
        say("Membuat lingkungan Python di .venv")
        done = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=False)
        if done.returncode:
            sys.exit(f"{VENV} tidak dapat dibuat; sebabnya di atas. Milik pengguna lain?")
    # what serves for tests serves for running too
    if any(is_installed(kind) for kind in {purpose, "test"}):
        return
    say(f"Memasang paket Python dari {LOCKS[purpose]} (sekali saja, beberapa menit)")
    options = ["--quiet", "--disable-pip-version-check", "--use-pep517", "--require-hashes"]
    done = subprocess.run(
        [str(python), "-m", "pip", "install", *options, "-r", LOCKS[purpose]],
        cwd=BASE_DIR,
        check=False,
    )
    if done.returncode:
        sys.exit("Paket Python tidak dapat dipasang; sebabnya di atas. Perbaiki, lalu ulangi.")
    stamp(purpose).write_text(fingerprint(purpose))


def runs(python: Path) -> bool:
    try:
        done = subprocess.run([str(python), "-c", ""], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def stamp(purpose: str) -> Path:
    return VENV / f"installed-{purpose}"


def is_installed(purpose: str) -> bool:
    return stamp(purpose).exists() and stamp(purpose).read_text() == fingerprint(purpose)


def fingerprint(purpose: str) -> str:
    return hashlib.sha256((BASE_DIR / LOCKS[purpose]).read_bytes()).hexdigest()


def say(sentence: str) -> None:
    print(f"→ {sentence}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
