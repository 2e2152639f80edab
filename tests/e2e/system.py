"""Real servers and real daemons for end-to-end tests: started in a scratch folder, killed as ordered, always stopped."""
import os
import random
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVERS = ROOT / "tests" / "servers"


class System:
    """A broker, a Redis, topics, and the daemons that stand on them."""

    def __init__(self, journeyd, partitions, topics, prepare=lambda scratch: ()):
        """prepare: what there must be in the scratch folder before the broker starts; more words for that start."""
        self.journeyd, self.partitions = journeyd, partitions
        self.scratch = Path(tempfile.mkdtemp(prefix="journeyd-e2e-"))
        self.daemons, self.settings, self.log_from = {}, {}, {}
        self.kills = {"daemon": 0, "redis": 0, "kafka": 0}
        self.folders = []
        self.kafka_port = self.server("kafka", "start", *prepare(self.scratch))
        self.redis_port = self.server("redis", "start")
        for topic in topics:
            self.topic(topic, partitions)

    def server(self, which, what, *more, name=None):
        """A server's folder, and so its name, is `which` where nothing else is said."""
        folder = self.scratch / (name or which)
        if what == "start":
            self.folders.append((which, folder))
        done = subprocess.run([SERVERS / which, what, folder, *more], check=True, stdout=subprocess.PIPE, text=True)
        return done.stdout.strip()

    def topic(self, name, partitions, *configs):
        self.server("kafka", "topic", name, str(partitions), "retention.ms=-1", *configs)

    def configure(self, number, text):
        file = self.scratch / f"journeyd-{number}.yaml"
        file.write_text(text)
        self.settings[number] = file

    def start(self, number):
        with open(self.scratch / f"journeyd-{number}.log", "a") as log:
            self.log_from[number] = log.tell()
            self.daemons[number] = subprocess.Popen([self.journeyd, "run", "-c", self.settings[number]], stderr=log)

    def kill(self, number):
        """kill -9, and a new life at once."""
        daemon = self.daemons[number]
        if daemon.poll() is not None:
            raise SystemExit(f"daemon {number} ended by itself ({daemon.returncode}): {self.log(number)}")
        daemon.kill()
        daemon.wait()
        self.kills["daemon"] += 1
        self.start(number)

    def freeze(self, number, seconds):
        """SIGSTOP for longer than its session lasts: it wakes as a zombie whose shards another one owns."""
        self.daemons[number].send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        self.daemons[number].send_signal(signal.SIGCONT)

    def kill_server(self, which):
        self.server(which, "kill")
        time.sleep(random.uniform(0.0, 0.5))
        self.server(which, "restart")
        self.kills[which] += 1

    def log(self, number):
        """What the daemon has written since it was started last."""
        return (self.scratch / f"journeyd-{number}.log").read_bytes()[self.log_from[number]:].decode(errors="replace")

    def await_log(self, number, sentence, deadline=15):
        await_that(lambda: sentence in self.log(number), deadline, f'the log does not say "{sentence}"',
                   lambda: self.log(number))

    def get(self, number, path):
        """Status and text of the daemon's HTTP answer; (0, why) when there is none."""
        port = re.search(r"health and metrics are on port (\d+)", self.log(number))
        if not port:
            return 0, "no port yet"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port[1]}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.read().decode()
        except OSError as error:
            return 0, str(error)

    def await_ready(self, number, deadline=30):
        await_that(lambda: self.get(number, "/readyz")[0] == 200, deadline, "not ready",
                   lambda: self.get(number, "/readyz")[1] + self.log(number))

    def metric(self, number, name):
        found = re.search(rf"^{re.escape(name)} (\S+)$", self.get(number, "/metrics")[1], re.M)
        return float(found[1]) if found else None

    def end(self, number, deadline=20):
        """Asks it to end; its exit code."""
        self.daemons[number].send_signal(signal.SIGTERM)
        return self.await_end(number, deadline)

    def await_end(self, number, deadline=20):
        """Its exit code, once it has ended by itself."""
        code = self.daemons[number].wait(deadline)
        del self.daemons[number]
        return code

    def check_alive(self):
        for number, daemon in self.daemons.items():
            if daemon.poll() is not None:
                raise SystemExit(f"daemon {number} ended by itself ({daemon.returncode}): {self.log(number)}")

    def feed(self, topic, lines):
        """lines: (key, value). Keys choose partitions as every client of Kafka should: by murmur2."""
        text = "".join(f"{key}\t{value}\n" for key, value in lines)
        subprocess.run(["kcat", "-P", "-b", f"127.0.0.1:{self.kafka_port}", "-t", topic, "-K", "\t", "-X",
                        "partitioner=murmur2_random", "-X", "acks=all", "-X", "enable.idempotence=true"],
                       input=text, text=True, check=True)

    def tick(self, topic, at):
        for p in range(self.partitions):
            value = f'{{"id":"tick-{p}","type":"tick","time":"{at}"}}'
            subprocess.run(["kcat", "-P", "-b", f"127.0.0.1:{self.kafka_port}", "-t", topic, "-p", str(p)],
                           input=value, text=True, check=True)

    def read(self, topic):
        """What a read-committed consumer sees from the beginning."""
        done = subprocess.run(["kcat", "-C", "-b", f"127.0.0.1:{self.kafka_port}", "-t", topic, "-o", "beginning", "-e",
                               "-q", "-X", "isolation.level=read_committed"], check=False, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True)
        return done.stdout.splitlines()

    def await_count(self, topic, count, deadline):
        """Until so many are there, then a moment more for one too many."""
        end = time.time() + deadline
        lines = []
        while time.time() < end:
            self.check_alive()
            lines = self.read(topic)
            if len(lines) >= count:
                break
            time.sleep(0.5)
        time.sleep(1.5)
        return self.read(topic)

    def stop(self):
        for daemon in self.daemons.values():
            if daemon.poll() is None:
                daemon.send_signal(signal.SIGTERM)
        codes = []
        for daemon in self.daemons.values():
            try:
                codes.append(daemon.wait(20))
            except subprocess.TimeoutExpired:
                daemon.kill()
                codes.append(-9)
        for which, folder in reversed(self.folders):
            subprocess.run([SERVERS / which, "stop", folder], check=False, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
        return codes

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        """What a test leaves behind is kept where it failed."""
        self.stop()
        if kind is None:
            shutil.rmtree(self.scratch, ignore_errors=True)
        else:
            print(f"logs and files: {self.scratch}")


def await_that(true, deadline, complaint, details=lambda: ""):
    end = time.time() + deadline
    while not true():
        if time.time() > end:
            raise AssertionError(f"{complaint} within {deadline} s\n{details()}")
        time.sleep(0.1)


def shared():
    """The folder with the data sets, or None."""
    folder = Path(os.environ.get("JOURNEYD_SHARED", ROOT.parent / "shared"))
    return folder if folder.is_dir() else None
