"""Four small functions."""

from mavrs_course.course import Case, Exercise, Mistake


def double(x):
    return 2 * x


def total(values):
    return sum(values)


def greet(name):
    return f"Hello {name}"


def largest(values):
    return max(values)


def small_numbers(rng):
    return [Case("three", (3,)), Case("a number", (int(rng.integers(4, 9)),))]


def small_lists(rng):
    return [Case("one, two", ([1, 2],)), Case("a list", (rng.integers(-5, 9, 4).tolist(),))]


def make(number, points, reference, cases, mistake, other, objective):
    return Exercise(
        id=f"07.{number}",
        title=reference.__name__.capitalize(),
        minutes=1,
        difficulty=1,
        points=points,
        objective=objective,
        reference=reference,
        cases=cases,
        hints=(f"First hint of {number}.", f"Second hint of {number}."),
        mistakes=(mistake,),
        others=(other,),
    )


EXERCISES = [
    make(
        1,
        2,
        double,
        small_numbers,
        Mistake("squared", lambda x: x * x, "You squared the number."),
        lambda x: x + x,
        "L07.1",
    ),
    make(
        2,
        1,
        total,
        small_lists,
        Mistake("counted", len, "You counted the values."),
        lambda values: sum(sorted(values)),
        "L07.1",
    ),
    make(
        3,
        3,
        greet,
        lambda rng: [Case("Ada", ("Ada",)), Case("Alan", ("Alan",))],
        Mistake("forgot_the_name", lambda name: "Hello", "You forgot the name."),
        lambda name: "Hello " + name,
        "L07.2",
    ),
    make(
        4,
        1,
        largest,
        small_lists,
        Mistake("smallest", min, "You took the smallest."),
        lambda values: sorted(values)[-1],
        "L07.2",
    ),
]
