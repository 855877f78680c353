"""A session of Apache Spark by what is typed: `spark` on this machine, `spark://HOST:PORT` on a cluster.

In: an engine as it is typed. Out: the session of pyspark, or `Failed` within seconds: a cluster that does not answer, is no Spark master of
this version, or has no worker is seen before any work is given to it. Must not know rules or tables.
"""

from __future__ import annotations

import importlib
import os
import re
import shutil
import socket
import subprocess
import time
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

from evaluator.codes.messages import make
from evaluator.session.reading import Failed

LOCAL = "spark"
PATIENCE = 5.0
"""So many seconds a master has to answer."""
FIRST_WORKER = 20.0
"""So many seconds a cluster has to give the first worker."""
LEAST = 4
"""The first major version of pyspark that is known to do all that is asked of it."""
_MASTER = re.compile(r"spark://(?P<host>\[[0-9a-fA-F:.]+\]|[^\s:/@?#\[\]]+):(?P<port>[0-9]{1,5})")
JAVA = 17
"""The first major version of Java that Spark 4 starts with."""
LONG = "-XX:-DontCompileHugeMethods"
"""Java compiles long methods as well: those of a thesis are, and took ten times as long."""
_VERSION = re.compile(r'version "(?:1\.(?P<old>[0-9]+)|(?P<major>[0-9]+))')
_INSTALL = 'install it with `pip install "thesis-evaluator[spark]"`'


def is_spark(engine: str | None) -> bool:
    """Whether an engine is Spark as somebody may type it."""
    return engine is not None and (engine == LOCAL or engine.startswith("spark:"))


def opened(engine: str, small: bool = False) -> Any | Failed:
    """The session. `small`: of a table for which a thorough compilation of Spark's own code takes longer than it saves. Failed
    (wrong use): no pyspark, no Java, another version, a master that does not answer, no worker."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of versions of pandas, which nothing here asks of pyspark
        return _opened(engine, small)


def _opened(engine: str, small: bool) -> Any | Failed:
    if engine != LOCAL and _place(engine) is None:
        return _wrong(f"`{engine}` names no Spark master", "write spark://HOST:PORT, or `spark` for this machine alone")
    missing = _missing()
    if missing is not None:
        return missing
    if engine == LOCAL:
        return _started("local[*]", small)
    unheard = _unheard(engine)
    if unheard is not None:
        return unheard
    session = _started(engine, True)  # what is here only plans
    return session if isinstance(session, Failed) else _with_worker(engine, session)


def _place(engine: str) -> tuple[str, int] | None:
    """Host and port of a master."""
    found = _MASTER.fullmatch(engine)
    return (found["host"].strip("[]"), int(found["port"])) if found and 0 < int(found["port"]) < 65536 else None


def _missing() -> Failed | None:
    """What is not installed, or too old."""
    try:
        version = str(importlib.import_module("pyspark").__version__)
    except ImportError:
        return _wrong("screens on Spark need the package pyspark, which is not installed", _INSTALL)
    if int(version.partition(".")[0]) < LEAST:
        return _wrong(f"pyspark is {version}, and {LEAST}.0 or later is needed", _INSTALL)
    return _without_java()


def _without_java() -> Failed | None:
    """That there is no Java, or one that is too old. (Spark would wait, or end with a page of Java's own.)"""
    home = os.environ.get("JAVA_HOME")
    java = os.path.join(home, "bin", "java") if home else shutil.which("java")
    mend = f"install Java {JAVA} or later, or let JAVA_HOME name its folder"
    if java is None:
        return _wrong("Spark needs Java, and there is none", mend)
    try:
        done = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=4 * PATIENCE, check=False)
    except (OSError, subprocess.SubprocessError) as error:
        return _wrong(f"Spark needs Java, and `{java}` does not start: {_first_line(error)}", mend)
    said = _VERSION.search(done.stderr + done.stdout)
    if said is None or done.returncode:
        what = ((done.stderr + done.stdout).strip().splitlines() or ["it says nothing"])[0][:160]
        return _wrong(f"Spark needs Java, and `{java}` does not say its version: {what}", mend)
    major = int(said["old"] or said["major"])
    if major < JAVA:
        return _wrong(f"Spark needs Java {JAVA} or later, and `{java}` is Java {major}", mend)
    return None


def _unheard(engine: str) -> Failed | None:
    """That nobody answers at the place of a master."""
    place = _place(engine)
    assert place is not None
    mend = "start the master, or name the one that its log and its page show as `Spark Master at spark://…`"
    try:
        socket.create_connection(place, PATIENCE).close()
    except socket.gaierror:
        return _wrong(f"Spark is not reachable: nobody knows a machine `{place[0]}`", mend)
    except TimeoutError:
        return _wrong(f"Spark is not reachable: {engine} did not answer within {PATIENCE:g} seconds", mend)
    except OSError as error:
        return _wrong(f"Spark is not reachable at {engine}: {(error.strerror or str(error)).lower()}", mend)
    return _foreign(engine, *place)


def _foreign(engine: str, host: str, port: int) -> Failed | None:
    """That what answers is no Spark master of the version of pyspark. A driver itself asks one of another version for a minute, and then
    says nothing of versions. So the master is sent what a driver sends, but as a question: one of this version says that it takes no such
    questions, any other that it cannot read it."""
    version, context = (
        str(importlib.import_module("pyspark").__version__),
        importlib.import_module("pyspark").SparkContext,
    )
    env = None
    try:
        conf = importlib.import_module("pyspark").SparkConf().set("spark.driver.extraJavaOptions", _java(small=True))
        context._ensure_initialized(conf=conf)  # the Java of the session to come
        java, patience = context._jvm, f"{2 * PATIENCE:g}s"
        spark = java.org.apache.spark
        conf = spark.SparkConf().set("spark.rpc.askTimeout", patience).set("spark.rpc.lookupTimeout", patience)
        env = spark.rpc.RpcEnv.create("thesis", "localhost", 0, conf, spark.SecurityManager(conf, None, None), True)
        master = env.setupEndpointRef(spark.rpc.RpcAddress(host, port), "Master")
        anything = java.java.lang.Class.forName("java.lang.Object")
        master.askSync(_request(java), getattr(java.scala.reflect, "ClassTag$").__getattr__("MODULE$").apply(anything))
    except Exception as error:  # whatever Java raised
        if "Unsupported message" in (said := _first_line(error)):
            return None
        return _wrong(
            f"what answers at {engine} is no Spark master of version {version} ({said})",
            f"give pyspark and the cluster one version: pip install pyspark==VERSION; here pyspark is {version}",
        )
    finally:
        if env is not None:
            with suppress(Exception):
                env.shutdown()
    return None


def _request(java: Any) -> Any:
    """What a driver sends to a master, of nothing."""
    described = java.java.lang.Class.forName("org.apache.spark.deploy.ApplicationDescription").getConstructors()[0]
    nothing = java.java.lang.reflect.Array.newInstance(
        java.java.lang.Class.forName("java.lang.Object"), described.getParameterCount()
    )
    return getattr(java.org.apache.spark.deploy, "DeployMessages$RegisterApplication")(
        described.newInstance(nothing), None
    )


def _first_line(error: BaseException) -> str:
    """What an error says, the innermost cause where it is Java's."""
    below = getattr(error, "java_exception", None) or getattr(error, "_origin", None)
    text = str(error)
    while below is not None:
        text, below = str(below.toString()), below.getCause()
    return text.splitlines()[0][:160] if text else type(error).__name__


def _java(small: bool) -> str:
    """What Java is started with: it says nothing but what ends it, and where that is faster it compiles quickly and not thoroughly."""
    quiet = Path(__file__).with_name("quiet.properties").as_uri()
    return f"{LONG} -Xss16m -Dlog4j2.configurationFile={quiet}{' -XX:TieredStopAtLevel=1' if small else ''}"


def _started(master: str, small: bool) -> Any | Failed:
    """A session; Failed: that it did not start."""
    errors = importlib.import_module("pyspark.errors")
    java = importlib.import_module("py4j.protocol")
    try:
        return _session(master, small)
    except (errors.PySparkException, java.Py4JError, OSError) as error:
        what = f"Spark did not start: {_first_line(error)}"
        return _wrong(
            what,
            f"Spark {importlib.import_module('pyspark').__version__} needs Java {JAVA} or 21; see what `java` is here",
        )


def _session(master: str, small: bool) -> Any:
    """A session of its own; days are days of UTC, as in polars."""
    sql = importlib.import_module("pyspark.sql")
    made = (
        sql.SparkSession.builder.master(master).appName("thesis").config("spark.ui.enabled", "false")
        .config("spark.sql.ansi.enabled", "true").config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.csv.parser.columnPruning.enabled", "false")  # so that rows of another width are seen
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.extraJavaOptions", _java(small)).config("spark.executor.extraJavaOptions", LONG)
        .config("spark.sql.codegen.maxFields", "2000")
    )  # fmt: skip
    if master.startswith("local"):
        cores = os.cpu_count() or 1
        made = made.config("spark.sql.shuffle.partitions", str(cores if small else 4 * cores))
        made = made.config("spark.driver.host", "localhost").config("spark.driver.bindAddress", "127.0.0.1")
    return made.getOrCreate()


def _with_worker(engine: str, session: Any) -> Any | Failed:
    """The session, once a worker is there: without one a job would wait for ever."""
    until = time.monotonic() + FIRST_WORKER
    tracker = session.sparkContext._jsc.sc().statusTracker()
    while len(tracker.getExecutorInfos()) < 2:  # the driver is one
        if time.monotonic() > until:
            session.stop()
            what = f"the Spark master at {engine} gave no worker within {FIRST_WORKER:g} seconds"
            return _wrong(what, "start workers, or wait until another job has freed some of them")
        time.sleep(0.1)
    return session


def _wrong(what: str, mend: str) -> Failed:
    return Failed((make("C002", None, what=what, mend=mend),), wrong_use=True)
