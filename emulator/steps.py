"""One step of a person's: the message goes out, the chat shows it and what came back."""

from typing import Any

from emulator.chat import OUT_OF_ORDER, Kind, Line
from emulator.messages import Message
from emulator.options import Held, Options
from emulator.people import Person
from emulator.push import Delivery, Pusher
from emulator.world import World

REPLY_KINDS: dict[str, Kind] = {"image": "image", "voice": "voice"}


def take_step(
    pusher: Pusher,
    person: Person,
    message: Message,
    shown: tuple[Line, dict[str, Any] | None],
    options: Options,
) -> dict[str, Any]:
    """Show the line, send the message (or hold it) and return the step."""
    world = pusher.world
    line, data = shown
    with world.lock:
        now, exchange = world.clock.now(), world.journal.next_id()
        world.chat.add(person.id, line, now, message.app, data, exchange)
        if options.hold:
            return _hold(world, person, message, options)
    return _deliver(pusher, person, message, options, exchange)


def release(pusher: Pusher, held: Held) -> dict[str, Any]:
    """Send a held message now and return its step."""
    return _deliver(pusher, held.person, held.message, held.options, None) | {"held": held.id}


def _hold(world: World, person: Person, message: Message, options: Options) -> dict[str, Any]:
    world.held_count += 1
    freed = options.model_copy(update={"hold": False})
    world.held[world.held_count] = Held(world.held_count, person, message, freed)
    step = {"outcome": "held", "reply": None, "exchange": None, "attempts": 0}
    return step | {"held": world.held_count}


def _deliver(
    pusher: Pusher, person: Person, message: Message, options: Options, exchange: str | None
) -> dict[str, Any]:
    deliveries = pusher.deliver(message, options, exchange)
    first = next((each for each in deliveries if each.verdict.reply), deliveries[0])
    with pusher.world.lock:
        _show(pusher.world, person, message, first)
    step = first.show()
    if len(deliveries) > 1:
        step["deliveries"] = [each.show() for each in deliveries]
    return step


def _show(world: World, person: Person, message: Message, delivery: Delivery) -> None:
    verdict = delivery.verdict
    gone = message.app == "official" and not person.following
    if verdict.outcome == "silent" or gone:
        return
    line: Line = ("account", "text", OUT_OF_ORDER)
    data: dict[str, Any] | None = {"problem": verdict.problem}
    if verdict.reply is not None:
        kind = verdict.reply["type"]
        line = ("account", REPLY_KINDS.get(kind, "text"), verdict.reply["content"])
        data = None if kind == "text" else verdict.reply
    elif message.app == "miniprogram":
        return
    world.chat.add(person.id, line, world.clock.now(), message.app, data, delivery.exchange)
