"""18.2 What the ratio does to the figures.

15 minutes, difficulty 2, 3 points, L18.2
Now you can tell a worse viewer from a harder question.
"""

from mavrs_course.course import Case


def at_ratio(knows, alarms, others):
    called = knows + others * alarms
    accuracy = (knows + others * (1 - alarms)) / (1 + others)
    precision = knows / called if called > 0 else 0.0
    both = precision + knows
    return accuracy, precision, knows, 2 * precision * knows / both if both > 0 else 0.0


def at_ratio_by_counts(knows, alarms, others):
    own, rest = 1000.0, 1000.0 * others
    tp, fp, fn, tn = own * knows, rest * alarms, own * (1 - knows), rest * (1 - alarms)
    called = tp + fp
    return [
        (tp + tn) / (own + rest),
        tp / called if called else 0,
        tp / own,
        2 * tp / (2 * tp + fp + fn) if tp else 0,
    ]


OTHERS = (at_ratio_by_counts,)


def cases(rng):
    rows = [
        Case("a coin at 1:1", (0.5, 0.5, 1), (0.5, 0.5, 0.5, 0.5)),
        Case("a coin at 1:9", (0.5, 0.5, 9), (0.5, 0.1, 0.5, 1 / 6)),
        Case("knows 0.8 of hers, takes 0.2 of others, 1:3", (0.8, 0.2, 3),
             (0.8, 4 / 7, 0.8, 2 / 3)),
        Case("never says mine", (0.0, 0.0, 9), (0.9, 0.0, 0.0, 0.0)),
        Case("always says mine", (1.0, 1.0, 3), (0.25, 0.25, 1.0, 0.4)),
        Case("faultless", (1.0, 0.0, 9), (1.0, 1.0, 1.0, 1.0)),
    ]  # fmt: skip
    for _ in range(4):
        knows, alarms, others = rng.random(), rng.random(), int(rng.integers(1, 10))
        label = f"knows {knows:.2f}, alarms {alarms:.2f}, 1:{others}"
        rows.append(Case(label, (float(knows), float(alarms), others)))
    return rows


HINTS = """
    Think of one own film and m others. Expected hits: knows. Expected false alarms: m * alarms.
    Expected passes: m * (1 - alarms).

    accuracy = (hits + passes) / (1 + m), precision = hits / (hits + false alarms), recall =
    knows, F1 = 2 P R / (P + R).

    Where hits + false alarms is 0 nothing was called hers: return 0 for precision and F1.
"""
MISTAKES = """
    forgot_the_ratio:
      | called = =>
      | others = 1
      | called =
      Your figures do not change with others. At 1:m there are m films of others for each of hers,
      so false alarms and passes count m times.
    precision_of_rates: knows + others * alarms => knows + alarms
      Your precision is knows / (knows + alarms), which is right at 1:1 alone. m times as many
      films give m times as many false alarms.
    nothing_said: if called > 0 else 0.0 =>; if both > 0 else 0.0 =>
      When nothing is called hers you divide by zero. Precision and F1 are 0 then.
    ratio_turned_round:
      | called = =>
      | others = 1 / others
      | called =
      You have m films of hers to one of others. It is the other way round.
    swapped_precision_and_recall: accuracy, precision, knows, => accuracy, knows, precision,
      Precision and recall have changed places: recall is the share of hers that she knows,
      precision the share of what she calls hers that is.
    alarms_for_passes:
      | others * alarms => others * (1 - alarms);
      | others * (1 - alarms)) => others * alarms)
      You take alarms for the share of others that she leaves alone. It is the share that she
      wrongly calls hers.
    accuracy_is_recall: return accuracy, => return knows,
      Your accuracy looks at her own films alone. It counts right answers to all films, those of
      others too.
    accuracy_is_balanced: (knows + others * (1 - alarms)) / (1 + others) => (knows + 1 - alarms) / 2
      Your accuracy is the mean of the two rates, whatever the ratio. Weigh them by how many films
      there are of each: 1 and m.
    accuracy_not_divided: / (1 + others) =>
      Your accuracy is not divided by the number of films, 1 + others.
    f1_is_a_plain_mean: 2 * precision * knows / both if both > 0 else 0.0 => both / 2
      Your F1 is the plain mean of precision and recall. It is their harmonic mean.
    f1_without_the_two: 2 * precision => precision
      A factor 2 is missing in F1: 2 P R / (P + R).
    f1_is_geometric: 2 * precision * knows / both if both > 0 else 0.0 => (precision * knows) ** 0.5
      Your F1 is a geometric mean. The harmonic one is 2 P R / (P + R).
    recall_falls:
      | both = precision + knows =>
      | recall = knows / (1 + others)
      | both = precision + recall;
      | precision, knows, 2 * precision * knows => precision, recall, 2 * precision * recall
      Your recall falls with the ratio. How many of her own she knows does not depend on how many
      others there are.
    silence_is_precise: called > 0 else 0.0 => called > 0 else 1.0
      Where nothing is called hers your precision is 1. By the task it is 0.
"""
