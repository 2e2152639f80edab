"""Real servers and real daemons for end-to-end tests: started in a scratch folder, killed as ordered, always stopped."""
import os
import random
import signal
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVERS = ROOT / "tests" / "servers"


class System:
    """A broker, a Redis, topics, and the daemons that stand on them."""

    def __init__(self, journeyd, partitions, topics):
        self.journeyd, self.partitions = journeyd, partitions
        self.scratch = Path(tempfile.mkdtemp(prefix="journeyd-e2e-"))
        self.daemons, self.settings = {}, {}
        self.kills = {"daemon": 0, "redis": 0, "kafka": 0}
        self.kafka_port = self.server("kafka", "start")
        self.redis_port = self.server("redis", "start")
        for topic in topics:
            self.server("kafka", "topic", topic, str(partitions), "retention.ms=-1")

    def server(self, which, what, *more):
        done = subprocess.run([SERVERS / which, what, self.scratch / which, *more], check=True,
                              stdout=subprocess.PIPE, text=True)
        return done.stdout.strip()

    def configure(self, number, text):
        file = self.scratch / f"journeyd-{number}.yaml"
        file.write_text(text)
        self.settings[number] = file

    def start(self, number):
        log = open(self.scratch / f"journeyd-{number}.log", "a")
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

    def kill_server(self, which):
        self.server(which, "kill")
        time.sleep(random.uniform(0.0, 0.5))
        self.server(which, "restart")
        self.kills[which] += 1

    def log(self, number):
        return (self.scratch / f"journeyd-{number}.log").read_text()[-2000:]

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
        for which in ("kafka", "redis"):
            subprocess.run([SERVERS / which, "stop", self.scratch / which], check=False, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
        return codes


def shared():
    """The folder with the data sets, or None."""
    folder = Path(os.environ.get("JOURNEYD_SHARED", ROOT.parent / "shared"))
    return folder if folder.is_dir() else None
