"""IPPO on JaxMARL's simple_spread: run by a Python that has JaxMARL, flax and optax.

It imports nothing of ours.  It reads lines ``sessions seconds`` and answers each with a line of
JSON: session-steps played in that time, the seconds they took, and the seconds of compiling where
this number of sessions is new.  Networks and settings are those of
:class:`mavrs_course.marl.ippo.IPPOSettings`: two layers of 64 tanh units for actor and critic,
shared by all agents; rollouts of 32 steps, 4 epochs of 4 minibatches, Adam at 1e-3.
"""

from __future__ import annotations

import json
import sys
from functools import partial
from time import perf_counter

import jax
import jax.numpy as jnp
import jaxmarl
import optax
from flax import linen

STEPS, EPOCHS, MINIBATCHES = 32, 4, 4
DISCOUNT, LAMBDA, CLIP, ENTROPY, VALUE_WEIGHT = 0.99, 0.95, 0.2, 0.01, 0.5
RATE, LONGEST = 1e-3, 0.5
GAME = jaxmarl.make("MPE_simple_spread_v3")


class Layers(linen.Module):
    """Two hidden layers, with orthogonal weights: [..., inputs] -> [..., outputs]."""

    outputs: int
    last_gain: float

    @linen.compact
    def __call__(self, seen):
        for gain, width in ((2**0.5, 64), (2**0.5, 64)):
            seen = linen.tanh(
                linen.Dense(width, kernel_init=linen.initializers.orthogonal(gain))(seen)
            )
        return linen.Dense(self.outputs, kernel_init=linen.initializers.orthogonal(self.last_gain))(
            seen
        )


ACTOR, CRITIC = Layers(5, 0.01), Layers(1, 1.0)
OPTIMISER = optax.chain(optax.clip_by_global_norm(LONGEST), optax.adam(RATE, eps=1e-5))


def stacked(by_agent):
    """Each agent's array in a dictionary as one: [B, N, ...]."""
    return jnp.stack([by_agent[name] for name in GAME.agents], axis=1)


def start(sessions: int):
    """Parameters, optimiser, sessions and a key for random numbers."""
    key = jax.random.PRNGKey(0)
    seen, games = jax.vmap(GAME.reset)(jax.random.split(key, sessions))
    seen = stacked(seen)
    parameters = {"actor": ACTOR.init(key, seen), "critic": CRITIC.init(key, seen)}
    return parameters, OPTIMISER.init(parameters), games, seen, key


def values(parameters, seen):
    return CRITIC.apply(parameters["critic"], seen).squeeze(-1)


def play_step(state, _):
    """One step of every session, and what there is to remember of it."""
    parameters, games, seen, key = state
    key, draw, turn = jax.random.split(key, 3)
    log_policy = jax.nn.log_softmax(ACTOR.apply(parameters["actor"], seen))
    actions = jax.random.categorical(draw, log_policy)
    log_chance = jnp.take_along_axis(log_policy, actions[..., None], -1).squeeze(-1)
    moves = {name: actions[:, m] for m, name in enumerate(GAME.agents)}
    after, games, rewards, ended, _ = jax.vmap(GAME.step)(
        jax.random.split(turn, len(seen)), games, moves
    )
    step = {
        "seen": seen,
        "actions": actions,
        "log_chance": log_chance,
        "value": values(parameters, seen),
        "reward": stacked(rewards),
        "ended": stacked(ended),
    }
    return (parameters, games, stacked(after), key), step


def advantages(steps, last):
    """Generalised advantages, from the last step backwards: [T, B, N]."""

    def back(following, step):
        gain, value = following
        goes_on = 1.0 - step["ended"]
        error = step["reward"] + DISCOUNT * goes_on * value - step["value"]
        gain = error + DISCOUNT * LAMBDA * goes_on * gain
        return (gain, step["value"]), gain

    return jax.lax.scan(back, (jnp.zeros_like(last), last), steps, reverse=True)[1]


def loss(parameters, rows):
    """PPO's loss on some rows of a rollout."""
    log_policy = jax.nn.log_softmax(ACTOR.apply(parameters["actor"], rows["seen"]))
    chance = jnp.take_along_axis(log_policy, rows["actions"][..., None], -1).squeeze(-1)
    ratio = jnp.exp(chance - rows["log_chance"])
    gain = jnp.minimum(ratio * rows["gain"], ratio.clip(1 - CLIP, 1 + CLIP) * rows["gain"])
    entropy = -(jnp.exp(log_policy) * log_policy).sum(-1)
    error = (values(parameters, rows["seen"]) - rows["target"]) ** 2
    return (VALUE_WEIGHT * error - gain - ENTROPY * entropy).mean()


def learn(state, rows):
    """One gradient step."""
    parameters, optimiser = state
    slope = jax.grad(loss)(parameters, rows)
    update, optimiser = OPTIMISER.update(slope, optimiser)
    return (optax.apply_updates(parameters, update), optimiser), None


@partial(jax.jit, donate_argnums=(0,))
def iterate(state):
    """Play a rollout and learn from it."""
    parameters, optimiser, games, seen, key = state
    played, steps = jax.lax.scan(play_step, (parameters, games, seen, key), None, STEPS)
    _, games, seen, key = played
    gain = advantages(steps, values(parameters, seen))
    rows = {**steps, "target": gain + steps["value"]}
    rows["gain"] = (gain - gain.mean()) / (gain.std() + 1e-8)
    rows = {name: rows[name].reshape(-1, *rows[name].shape[2:]) for name in rows}
    for _ in range(EPOCHS):
        key, draw = jax.random.split(key)
        order = jax.random.permutation(draw, len(rows["gain"])).reshape(MINIBATCHES, -1)
        shuffled = jax.tree.map(lambda array, order=order: array[order], rows)
        (parameters, optimiser), _ = jax.lax.scan(learn, (parameters, optimiser), shuffled)
    return parameters, optimiser, games, seen, key


def main() -> None:
    running = {}
    for line in sys.stdin:
        sessions, seconds = int(line.split()[0]), float(line.split()[1])
        compiling = 0.0
        if sessions not in running:
            begun = perf_counter()
            running[sessions] = jax.block_until_ready(iterate(start(sessions)))
            compiling = perf_counter() - begun
        steps, begun = 0, perf_counter()
        while (spent := perf_counter() - begun) < seconds:
            running[sessions] = jax.block_until_ready(iterate(running[sessions]))
            steps += STEPS * sessions
        print(json.dumps({"steps": steps, "seconds": spent, "compiling": compiling}), flush=True)


if __name__ == "__main__":
    main()
