"""The tables of what passes through the classifier: how many a profile needs, and by which engine they go."""

from __future__ import annotations

from collections.abc import Sequence

from show_table import Results, table


def adaptive_nodes(runs: Sequence[Results]) -> str:
    """Entropy: what the trial chooses against fixed numbers; then the same by estimates of each pair's own error."""
    rows, by_pair = [], []
    for r in runs:
        for c in r["cases"]:
            if c["acquisition"] != "max_entropy":
                continue
            fixed = [f"{c['fixed']['monotone'][n]:.4f}" for n in ("8", "11")]
            rows.append(
                [
                    f"{c['width']}, {c['labels']}",
                    f"{c['mix_layer']}",
                    f"{c['tolerance']:.4f}",
                    f"**{c['evaluations']:.1f}**",
                    f"**{c['rms_error']:.4f}**",
                    f"{c['estimated_error']:.4f}",
                    f"{c['worst_pair']:.3f}",
                    *fixed,
                ]
            )
        for c in r["per_pair"]:
            found = c["by_estimate"].values()
            reached = [f["evaluations"] for f in found]
            known = [rho for f in found for rho in f["rank_correlation"].values()]
            by_pair.append(
                [
                    f"{c['width']}, {c['labels']}",
                    f"{c['mix_layer']}",
                    "never" if c["equally_many"] is None else f"**{c['equally_many']:.1f}**",
                    *("never" if n is None else f"{n:.1f}" for n in reached),
                    f"{min(known):.2f} to {max(known):.2f}",
                ]
            )
    head = ["classifier, labels", "mix layer", "tolerance, bits", "evaluations a pair", "rms error of V, bits"]
    head += ["estimated by the trial", "worst pair", "8 nodes (6 evaluations)", "11 nodes (9)"]
    estimates = list(runs[0]["per_pair"][0]["by_estimate"])
    second = ["classifier, labels", "mix layer", "equally many", *estimates, "rank correlation with the pair's error"]
    wanted = runs[0]["sizes"]["wanted_bits"]
    return (
        f"{table(head, rows)}\n\nEvaluations a pair until the rms error is {wanted:g} bits, if all pairs have equally "
        f"many, and if a pair is evaluated at twice as many by an estimate of its own error:\n\n"
        f"{table(second, by_pair)}"
    )


def engines(runs: Sequence[Results]) -> str:
    """A row for each engine and width: its passes against eager ones, its price, and what a cycle gains."""
    rows = []
    for r in runs:
        for name, measured in r["engines"].items():
            gains = ", ".join(f"{title}: **{gain:.2f}**" for title, gain in r["cycle_ratio"][name].items())
            rows.append(
                [
                    f"{r['sizes']['width']}, {name}",
                    *(f"{entry['ms_a_state']:.2f} ({entry['speedup']:.2f})" for entry in measured),
                    f"{max(entry['first_s'] for entry in measured):.1f}",
                    f"{max(entry['with_other_weights_s'] for entry in measured):.2f}",
                    f"{max(entry['largest_difference'] for entry in measured):.0e}",
                    gains,
                ]
            )
    head = ["width, engine", "SCORE, ms an image (times faster)", "profile, ms a state (times faster)"]
    head += ["first use, s", "other weights, s", "largest difference of a logit", "a whole cycle, times faster"]
    return table(head, rows)
