"""What benchmarks/README.md says of a GPU is what benchmarks/results/gpu/ holds."""

from __future__ import annotations

import json
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


def results(name):
    return json.loads((BENCHMARKS / "results" / "gpu" / f"{name}.json").read_text(encoding="utf-8"))


def sentences():
    """The section, made of the records."""
    ms = results("training")["ms_per_step"]
    yield (
        f"**A training step** of ResNet-18 on ten images takes {ms['exact eager']:.1f} ms exactly and "
        f"{ms['fast eager']:.1f} ms fast: Python launches its kernels for longer than they compute. Recorded "
        f"(`training.cuda_graph=true`) it takes {ms['exact recorded']:.1f} ms exactly and {ms['fast recorded']:.1f} ms "
        f"fast. A bare torch loop takes {ms['exact bare loop']:.1f} and {ms['fast bare loop']:.1f} ms, compiled by "
        f"`torch.compile` {ms['fast bare loop compiled']:.1f} ms, and compiled and recorded by it "
        f"{ms['fast bare loop compiled and recorded']:.1f} ms."
    )
    found = results("scoring")
    rate, gap = found["images_per_s"], found["largest_difference_of_logits"]
    yield (
        f"**SCORE** passes {rate['exact']['score']:,.0f} images a second exactly, "
        f"{rate['fast']['score']:,.0f} fast and "
        f"{rate['fast bfloat16']['score']:,.0f} fast in bfloat16, EVALUATE {rate['exact']['evaluate']:,.0f} and "
        f"{rate['fast']['evaluate']:,.0f}. Logits move by at most {gap['fast']:.4f} in TF32 and "
        f"{gap['fast bfloat16']:.3f} in bfloat16."
    )
    found = results("look_ahead")
    seconds = {name: runs["median_s"] for name, runs in found["seconds"].items()}
    yield (
        f"**LOOK_AHEAD** on {found['sizes']['candidates'] // 2:,} pairs takes {seconds['exact quadrature']:.2f} s "
        f"exactly and {seconds['fast quadrature']:.2f} s fast by `quadrature`, and {seconds['exact pathwise']:.1f} and "
        f"{seconds['fast pathwise']:.1f} s by `pathwise` with 10 draws. V moves by at most "
        f"{found['largest_difference_bits']:.4f} bits in TF32."
    )
    found = {how: of["images_per_s"] for how, of in results("embedding")["passes"].items()}
    yield (
        f"**Features** of a frozen ResNet-18 of JPEG pictures of 640 x 480, shown at 224 x 224: "
        f"{found['fast']['ours']:.0f} "
        f"pictures a second, decoding included; a bare loop over a DataLoader with 16 processes makes "
        f"{found['fast']['bare']:,.0f}."
    )
    methods = results("methods_on_a_gpu")["methods"].values()
    largest = {
        tolerance: max(of["largest_difference"] for of in methods if of["tolerance"] == tolerance)
        for tolerance in {of["tolerance"] for of in methods}
    }
    (transformed, plain) = sorted(largest, reverse=True)
    yield (
        f"**Every method** with each of its estimators, {len(methods)} of them, gives the same bytes twice. "
        f"Against the CPU, "
        f"numbers of two cycles of a small network differ by at most {largest[plain]:.5f} of 1 or of themselves "
        f"(tolerance {plain:g}); with a spatial transformer, over one cycle, by {largest[transformed]:.4f} (tolerance "
        f"{transformed:g}). The best tau of a level profile moves by up to "
        f"{max(of['best_tau'] for of in methods):.3f}. "
        "`vaal` and `pathwise` draw from the GPU's own generator and are compared at the start alone. Recorded steps, "
        "and a run that was stopped and resumed, give the bytes of plain steps without a stop (`lada-entmix`, "
        "`lada-entstn`, `vaal`, `ll4al`)."
    )
    paper = results("paper")
    stages, accuracy = paper["seconds_by_stage"], paper["accuracy"]
    assert paper["complete"]
    assert paper["labels"][-1] == 1020
    yield (
        f"**The paper's `fashion` preset** with `lada-entmix`, fast and recorded, {paper['cycles']} cycles, seed "
        f"{paper['seed']}, took {paper['wall_minutes']:.1f} minutes in {len(paper['pieces'])} pieces: TRAIN "
        f"{stages['train'] / 60:.1f} minutes, LOOK_AHEAD {stages['look_ahead']:.0f} s, EVALUATE "
        f"{stages['evaluate']:.0f} s, "
        f"SCORE {stages['score']:.0f} s, writing {paper['storing_s']:.0f} s, to a folder in memory. Test accuracy was "
        f"{100 * accuracy[0]:.1f} % with 20 labels, {100 * accuracy[20]:.1f} % with 220, "
        f"{100 * accuracy[50]:.1f} % with 520 and {100 * accuracy[-1]:.1f} % with 1,020, and "
        f"{100 * max(accuracy):.1f} % at best, picked on "
        "the test set as in Table 5. It is one seed: it says nothing of other seeds or of other methods."
    )


def in_one_line(text):
    return " ".join(text.split())


def test_each_sentence_of_the_gpu_is_the_one_of_the_records():
    page = in_one_line((BENCHMARKS / "README.md").read_text(encoding="utf-8"))
    for sentence in sentences():
        assert in_one_line(sentence) in page


def test_every_record_says_where_it_was_made():
    for path in (BENCHMARKS / "results" / "gpu").glob("*.json"):
        made = json.loads(path.read_text(encoding="utf-8"))["conditions"]
        assert made["device"] == "cuda (NVIDIA H200)"
        assert {"gpu", "tf32"} <= set(made)
        assert (made["versions"]["torch"], made["versions"]["cuda"]) == ("2.11.0", "13.0")
        assert made["versions"]["cudnn"]
