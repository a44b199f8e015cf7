"""21.4 What a thumbnail earns.

15 minutes, difficulty 1, 3 points, L21.4
Three ways to pay, three winners: now you can say what each one asks for.
"""

import numpy as np

from mavrs_course.course import Case


def thumbnail_pay(shown, clicked, minutes, thumbnails, pay):
    earned = np.zeros(thumbnails)
    for thumbnail in range(thumbnails):
        shows = shown == thumbnail
        clicks = shows & clicked
        over = clicks.sum() if pay == "clicks" else minutes[clicks].sum()
        under = clicks.sum() if pay == "kept" else shows.sum()
        if under > 0:
            earned[thumbnail] = over / under
    return earned


def pay_by_counts(shown, clicked, minutes, thumbnails, pay):
    hits = shown[clicked]
    shows, clicks = (np.bincount(rows, minlength=thumbnails) for rows in (shown, hits))
    watched = np.bincount(hits, weights=minutes[clicked], minlength=thumbnails)
    over = clicks if pay == "clicks" else watched
    under = clicks if pay == "kept" else shows
    return over / np.maximum(under, 1)


def pay_by_rows(shown, clicked, minutes, thumbnails, pay):
    shows, clicks, watched = ([0.0] * thumbnails for _ in range(3))
    for which, hit, time in zip(shown, clicked, minutes, strict=True):
        shows[which] += 1
        clicks[which] += hit
        watched[which] += time if hit else 0
    over = clicks if pay == "clicks" else watched
    under = clicks if pay == "kept" else shows
    return [a / b if b else 0.0 for a, b in zip(over, under, strict=True)]


OTHERS = (pay_by_counts, pay_by_rows)

# Honest: shown 4 times, 1 click, 20 minutes. Loud: shown 5 times, 3 clicks, 24 minutes.
SHOWN = np.array([0, 1, 0, 1, 1, 0, 1, 0, 1])
CLICKED = np.array([1, 1, 0, 0, 1, 0, 1, 0, 0], dtype=bool)
MINUTES = np.array([20.0, 9.0, 0.0, 0.0, 4.0, 0.0, 11.0, 0.0, 0.0])


def cases(rng):
    def some(pay):
        shown, clicked = rng.integers(0, 4, 60), rng.random(60) < 0.4
        minutes = np.where(clicked, rng.exponential(9, 60), rng.random(60) / 2)
        return shown, clicked, minutes, 4, pay

    previews = MINUTES + np.where(CLICKED, 0.0, 0.5)
    nothing = np.append(CLICKED[:8], True), np.append(MINUTES[:8], 0.0)
    return [
        Case("clicks: 1 of 4, and 3 of 5", (SHOWN, CLICKED, MINUTES, 2, "clicks"), [0.25, 0.6]),
        Case("share: 20 minutes of 4 shows, and 24 of 5",
             (SHOWN, CLICKED, MINUTES, 2, "share"), [5.0, 4.8]),
        Case("kept: 20 minutes of 1 click, and 24 of 3",
             (SHOWN, CLICKED, MINUTES, 2, "kept"), [20.0, 8.0]),
        Case("share, where whoever did not click saw half a minute of preview",
             (SHOWN, CLICKED, previews, 2, "share"), [5.0, 4.8]),
        Case("clicks, one of which was for 0 minutes", (SHOWN, *nothing, 2, "clicks"), [0.25, 0.8]),
        Case("one show, with a click", (SHOWN[:1], CLICKED[:1], MINUTES[:1], 1, "kept"), [20.0]),
        Case("a third thumbnail that was never shown",
             (SHOWN, CLICKED, MINUTES, 3, "share"), [5.0, 4.8, 0.0]),
        Case("kept: a thumbnail that was never clicked",
             (SHOWN, CLICKED & (SHOWN == 1), MINUTES * (SHOWN == 1), 2, "kept"), [0.0, 8.0]),
        Case("share, four thumbnails, with previews", some("share")),
        Case("kept, four thumbnails, with previews", some("kept")),
    ]  # fmt: skip


HINTS = """
    Go through the thumbnails one by one. Two masks say all: the rows in which it was shown, and
    those of them that were clicked.

    "clicks" and "share" are a show: divide by the number of shows. "kept" is a click: divide by
    the number of clicks.

    Where there is nothing to divide by, the pay is 0. Minutes count only in rows with a click:
    whoever did not click has seen a preview.
"""
MISTAKES = """
    not_divided: over / under => over / (1 if pay == "clicks" else under)
      or over / under => over / (1 if pay == "share" else under)
      You count all clicks, or all minutes. Divide by the shows, or whatever is shown most wins.
    part_of_all:
      | over / under => over / (max(minutes[clicked].sum(), 1) if pay == "share" else under)
      or over / under => over / (max(clicked.sum(), 1) if pay == "clicks" else under)
      A part of all clicks, or minutes, depends on the shows of the others. Divide by its own shows.
    share_by_clicks: if pay == "kept" else => if pay in ("kept", "share") else
      "share" is divided by the clicks. That is called "kept" here; divide by the shows.
    kept_by_shows: clicks.sum() if pay == "kept" else shows.sum() => shows.sum()
      "kept" is divided by the shows. Minutes a show is called "share" here; divide by the clicks.
    divides_by_all_rows: under = clicks.sum() if => under = clicked.sum() if
      or shows.sum() => len(shown)
      You divide by the clicks, or the shows, of all thumbnails. Divide by its own.
    previews_count: minutes[clicks] => minutes[shows]
      Minutes of previews are counted, of viewers who did not click. Only rows with a click count.
    clicks_by_minutes: clicks = shows & clicked => clicks = shows & (minutes > 0)
      A preview has minutes and no click, and a click may be for 0 minutes: read `clicked`.
    mean_of_all_rows: over / under => minutes[shows].mean() if pay == "kept" else over / under
      "kept" is the mean of all rows of the thumbnail. Take the mean of those with a click.
    winner_only: return earned => return int(earned.argmax())
      You return which thumbnail wins. Asked for is what each earns.
    all_by_clicks: pay == "clicks" else => pay != "kept" else
      "share" pays clicks. It pays minutes watched, a show.
"""
