"""When a service that is down is asked again."""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from aiorecombee.delivery.sending.circuit import Circuit


def test_as_long_as_the_service_answers_nothing_waits():
    circuit = Circuit()
    assert [circuit.wait(0.0, 30.0) for _ in range(3)] == [(0.0, 0)] * 3


def test_pauses_double_up_to_a_ceiling():
    circuit = Circuit(rand=lambda: 1.0)
    assert [circuit.fail(0.0) for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]


def test_after_a_pause_one_batch_finds_out():
    circuit = Circuit(rand=lambda: 1.0)
    circuit.fail(0.0)
    assert [circuit.wait(0.5, 30.0)[0], circuit.wait(1.0, 30.0)[0]] == [0.5, 0.0]
    assert circuit.wait(2.0, 30.0)[0] == 29.0
    assert circuit.wait(31.0, 30.0)[0] == 0.0


def test_a_batch_that_did_not_leave_lets_another_find_out():
    circuit = Circuit(rand=lambda: 1.0)
    circuit.fail(0.0)
    pause, probe = circuit.wait(1.0, 30.0)
    circuit.release(probe)
    assert (pause, circuit.wait(1.0, 30.0)[0]) == (0.0, 0.0)


def test_only_who_is_out_to_find_out_lets_another_do_so():
    circuit = Circuit(rand=lambda: 1.0)
    _, before = circuit.wait(0.0, 30.0)
    circuit.fail(0.0)
    _, lost = circuit.wait(1.0, 30.0)
    _, out = circuit.wait(31.0, 30.0)
    circuit.release(before)
    circuit.release(lost)
    assert circuit.wait(32.0, 30.0)[0] == 29.0
    circuit.fail(32.0)  # of one that left before
    assert circuit.wait(40.0, 30.0)[0] == 21.0
    circuit.release(out)
    assert circuit.wait(40.0, 30.0)[0] == 0.0


def test_the_service_may_ask_for_a_longer_pause_and_not_for_a_shorter_one():
    circuit = Circuit(rand=lambda: 1.0)
    assert [circuit.fail(0.0, asked=seconds) for seconds in (90.0, 1.0)] == [90.0, 2.0]
    assert circuit.fail(0.0, "wrong token", 90.0) == 90.0
    assert circuit.wait(0.0, 30.0)[0] == 90.0


def test_an_answer_ends_it():
    circuit = Circuit()
    circuit.fail(0.0, "wrong token")
    circuit.succeed()
    assert (circuit.wait(0.0, 30.0), circuit.failures, circuit.problem) == ((0.0, 0), 0, "")


def test_who_is_not_let_in_waits_for_as_long_as_possible_and_says_why():
    circuit = Circuit()
    assert (circuit.fail(0.0, "wrong token"), circuit.problem) == (60.0, "wrong token")


class Machine(RuleBasedStateMachine):
    """Whatever happens: while it fails, one batch at most is out to find out."""

    def __init__(self):
        super().__init__()
        self.circuit = Circuit(rand=lambda: 0.5)
        self.now = 0.0
        self.failing = False
        self.probe = 0
        self.probe_until = 0.0
        self.given = [0]

    @rule(seconds=st.integers(0, 100))
    def advance(self, seconds):
        self.now += seconds

    @rule()
    def ask(self):
        wait, probe = self.circuit.wait(self.now, 30.0)
        if self.failing and wait == 0.0:
            assert self.probe_until <= self.now
            self.probe, self.probe_until = probe, self.now + 30.0
            self.given.append(probe)
        if not self.failing:
            assert (wait, probe) == (0.0, 0)

    @rule(data=st.data())
    def release(self, data):
        probe = data.draw(st.sampled_from(self.given))
        self.circuit.release(probe)
        if probe == self.probe:
            self.probe_until = 0.0

    @rule(problem=st.sampled_from(["", "wrong token"]))
    def fail(self, problem):
        pause = self.circuit.fail(self.now, problem)
        self.failing = True
        assert 0.0 < pause <= 60.0
        assert self.circuit.wait(self.now, 30.0)[0] >= pause

    @rule()
    def succeed(self):
        self.circuit.succeed()
        self.failing = False

    @invariant()
    def knows_how_it_is(self):
        assert bool(self.circuit.failures) is self.failing


TestMachine = Machine.TestCase
