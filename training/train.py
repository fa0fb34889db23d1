#!/usr/bin/env python3
"""Fine-tune one encoder with all heads and write the weights file.

usage: train.py SHARED PRUNED_DIR OUT.weights [--steps 2600] [--seed 1] [--fold 0] [--frozen DIR] [--from WEIGHTS]

Trains on gold/train, on our own annotations, on ANERcorp's train part and on four fifths of the event records; a loss on
real titles and bodies keeps the sentence vector fit for search by meaning.
"""
import argparse, copy, os, random, sys, time
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
import check_annotations, data, swap, weights_file
from arabic import open_tokenizer
from network import Encoder, Heads, Master, batch_of, mean_vector, word_states

VERSION = "3"  # of the weights; raise it when they change
HIDE = 0.06  # share of the pieces hidden in training
PAIR_WEIGHT, PAIR_POSITIVE = 0.1, 1.6
SHARES = {"gold": 0.56, "ner": 0.26, "records": 0.18}


def allowed_loss(logits, allowed):
    """Cross-entropy against sets: minus the log of the probability of all allowed labels."""
    rows = [i for i, a in enumerate(allowed) if a is not None]
    if not rows:
        return logits.sum() * 0
    mask = torch.full((len(rows), logits.shape[1]), -1e9)
    for k, i in enumerate(rows):
        mask[k, allowed[i]] = 0
    log = F.log_softmax(logits[rows], -1)
    return -torch.logsumexp(log + mask, -1).mean()


def at_least_one(probabilities, target):
    """Binary cross-entropy of "some word says so" under independence."""
    none = torch.log1p(-probabilities.clamp(max=1 - 1e-5)).sum()
    some = torch.log1p(-torch.exp(none).clamp(max=1 - 1e-5))
    return -(target * some + (1 - target) * none)


def window_loss(heads, words, w):
    loss = words.sum() * 0
    x = F.dropout(words, 0.1, heads.training)
    lin = heads.linear
    if w.entity is not None:
        loss = loss + 3 * allowed_loss(lin["entity"](x), w.entity)
    if w.trigger is not None:
        weight = torch.ones(len(data.TRIGGER))
        weight[0] = 0.6
        loss = loss + 4 * F.cross_entropy(lin["trigger"](x), torch.tensor(w.trigger), weight=weight)
        loss = loss + 3 * F.cross_entropy(lin["cue"](x), torch.tensor(w.cue))
    for name, labels in (("status", w.status), ("proclitic", w.proclitic), ("enclitic", w.enclitic)):
        if labels:
            loss = loss + 0.5 * F.cross_entropy(lin[name](x[list(labels)]), torch.tensor(list(labels.values())))
    if w.rows:
        scores = heads.pairs([r for r, _ in w.rows], x)
        gold, judged = torch.zeros_like(scores), torch.zeros_like(scores)
        for i, (_, kind) in enumerate(w.rows):
            judged[slice(0, 6) if kind == "event" else slice(6, 9), i] = 1
        for i, j, k in w.pairs:
            gold[k, i, j] = 1
        for i, j, k in w.ignore:
            judged[k, i, j] = 0
        # By row, not by cell: a participant is a few words among a hundred and must not drown in them. What is said is long.
        judged[7] *= 0.1
        each = F.binary_cross_entropy_with_logits(scores, gold, reduction="none", pos_weight=torch.tensor(PAIR_POSITIVE)) * judged
        loss = loss + PAIR_WEIGHT * each.sum() / len(w.rows)
    if w.record is not None:
        kind, target, where = w.record
        own = torch.sigmoid(lin["record"](x)[:, data.RECORD.index(kind)] - 3)
        typed = F.softmax(lin["trigger"](x), -1)[:, data.TRIGGER.index(kind)]
        if where:
            own, typed = own[where], typed[where]
        loss = loss + 0.7 * at_least_one(own, target) + 0.3 * at_least_one(typed, target)
    return loss


def batches(windows, rng, size):
    """Windows of like length together, `size` pieces a batch, in random order, for ever."""
    while True:
        order = sorted(windows, key=lambda w: len(w.pieces) + rng.random() * 24)
        groups, now, longest = [], [], 0
        for w in order:
            longest = max(longest, len(w.pieces))
            if now and longest * (len(now) + 1) > size:
                groups.append(now)
                now, longest = [], len(w.pieces)
            now.append(w)
        groups.append(now)
        rng.shuffle(groups)
        yield from groups


def search_loss(encoder, project, frozen, some):
    """Keeps the vectors of titles and bodies, and who is near whom among them, where the frozen encoder has them."""
    ids, mask = batch_of([s for pair in some for s in pair])
    with torch.no_grad():
        wanted = F.normalize(mean_vector(frozen(ids, mask), mask), dim=-1)
    got = F.normalize(project(mean_vector(encoder(ids, mask), mask)), dim=-1)
    near = lambda v: F.log_softmax(v @ v.T * 20 - torch.eye(len(v)) * 1e4, -1)
    return 10 * (1 - (got * wanted).sum(-1)).mean() + 2 * F.kl_div(near(got), near(wanted), log_target=True, reduction="batchmean")


def spans_of(labels):
    out, start = set(), None
    for i, label in enumerate(list(labels) + ["O"]):
        if start is not None and (label[0] != "I" or label[2:] != labels[start][2:]):
            out.add((start, i, labels[start][2:]))
            start = None
        if label[0] == "B" or (label[0] == "I" and start is None):
            start = i
    return out


def legal_labels(scores):
    """The likeliest sequence of labels in which an I follows only a B or an I of its own type, as the reader decodes."""
    names = data.ENTITY
    bar = torch.tensor([[0.0 if to[0] != "I" or (before != "O" and before[2:] == to[2:]) else -1e4 for to in names] for before in names])
    best, back = scores[0] + torch.tensor([-1e4 if n[0] == "I" else 0.0 for n in names]), []
    for row in scores[1:]:
        total, where = (best[:, None] + bar).max(0)
        best = total + row
        back.append(where)
    at = int(best.argmax())
    path = [at]
    for where in reversed(back):
        at = int(where[at])
        path.append(at)
    return path[::-1]


def evaluate_ner(encoder, heads, windows):
    hit = said = gold = 0
    for w in windows:
        ids, mask = batch_of([w.pieces])
        best = legal_labels(F.log_softmax(heads.linear["entity"](word_states(encoder(ids, mask)[0], w)), -1))
        coarse = lambda l: l[:2] + "LOC" if l[2:] in ("GPE", "FAC") else l
        labels = ["O" if h is None else coarse(data.ENTITY[best[h]]) for h in w.head]
        a, b = spans_of(labels), spans_of(w.gold)
        hit, said, gold = hit + len(a & b), said + len(a), gold + len(b)
    p, r = hit / max(said, 1), hit / max(gold, 1)
    return {"precision": p, "recall": r, "f1": 2 * p * r / max(p + r, 1e-9)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared")
    parser.add_argument("pruned")
    parser.add_argument("out")
    parser.add_argument("--steps", type=int, default=2600, help="about a second each on one core")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1, help="one is the most efficient; a second core is better used by a second seed")
    parser.add_argument("--rate", type=float, default=1e-4, help="the encoder's at its highest; the heads' is ten times that")
    parser.add_argument("--fold", type=int, default=0, help="the fifth of the event records that is kept out")
    parser.add_argument("--frozen", help="where the encoder stands whose sentence vector is to be kept (PRUNED_DIR if not given)")
    parser.add_argument("--from", dest="start", help="a weights file whose encoder and heads to go on with")
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    rng = random.Random(args.seed)
    vocabulary, tok = open_tokenizer(args.pruned)
    start_tensors = load_file(os.path.join(args.pruned, "e5.safetensors"))
    heads = Heads(data.LABELS).train()
    if args.start:
        head, stored = weights_file.read(args.start)
        assert head["labels"] == data.LABELS, f"{args.start}: other labels than data.py has"
        start_tensors = {k: torch.tensor(v) for k, v in stored.items()}
        heads.load(start_tensors)
    encoder = Encoder(start_tensors).train().bfloat16()
    frozen = Encoder(load_file(os.path.join(args.frozen or args.pruned, "e5.safetensors"))).eval().requires_grad_(False).bfloat16()

    articles = data.gold_articles(args.shared, "train")
    own, wrong = check_annotations.load(args.shared)
    from check import check
    for article in own:
        check(article)
    gold = [w for a in articles + own for w in data.gold_windows(a, tok)]
    ner = data.ner_windows(os.path.join(args.shared, "ner", "ANERCorp_CamelLab_train.txt"), tok)
    records = data.record_windows(args.shared, tok, args.fold)
    pairs = data.news(args.shared, tok)
    print(f"{len(articles)}+{len(own)} articles ({len(gold)} windows), {len(ner)} ANERcorp windows, {len(records)} records, {len(pairs)} titles", flush=True)

    names = swap.pool(gold + ner)
    body = [p for p in encoder.parameters() if p.requires_grad]
    master = Master([{"params": body, "lr": 0, "top": args.rate}, {"params": heads.parameters(), "lr": 0, "top": 10 * args.rate}])
    sources = {"gold": batches(gold, rng, 1500), "ner": batches(ner, rng, 1500), "records": batches(records, rng, 1500)}
    # The mean over the last steps generalises better than the last step.
    mean_encoder, mean_heads = copy.deepcopy(encoder).float().eval(), copy.deepcopy(heads).eval()
    live = [m for _, m in master.pairs]
    moving = list(zip([p for p in mean_encoder.parameters() if p.requires_grad] + list(mean_heads.parameters()), live))
    began, seen, report = time.time(), 0, {}
    for step in range(args.steps):
        rate = min(1, (step + 1) / 40) * max(0.02, 1 - step / args.steps)
        if step % 7 == 6:
            loss = search_loss(encoder, heads.search, frozen, rng.sample(pairs, 8))
            name = "search"
        else:
            name = rng.choices(list(SHARES), list(SHARES.values()))[0]
            batch = next(sources[name])
            if name != "records":
                batch = [swap.swapped(w, names, rng) for w in batch]
            ids, mask = batch_of([w.pieces for w in batch])
            # Some pieces are hidden, so that the surroundings must tell.
            ids[(torch.rand(ids.shape) < HIDE) & mask & (ids > 2)] = vocabulary["unk"]
            seen += int(mask.sum())
            states = encoder(ids, mask).float()
            loss = sum(window_loss(heads, word_states(states[i], w), w) for i, w in enumerate(batch)) / len(batch)
        master.step(loss, rate)
        keep = min(0.998, (step + 1) / (step + 10))
        with torch.no_grad():
            for m, p in moving:
                m.lerp_(p, 1 - keep)
        old = report.get(name, loss.item())
        report[name] = 0.95 * old + 0.05 * loss.item()
        if step % 50 == 49:
            print(f"step {step + 1} {seen / (time.time() - began):.0f} pieces/s", {k: round(v, 3) for k, v in sorted(report.items())}, flush=True)
            if step % 300 == 299:
                save(args, vocabulary, mean_encoder, mean_heads)
    save(args, vocabulary, mean_encoder, mean_heads)
    with torch.no_grad():
        print("ANERcorp test", evaluate_ner(mean_encoder, mean_heads, data.ner_windows(os.path.join(args.shared, "ner", "ANERCorp_CamelLab_test.txt"), tok)), flush=True)


def save(args, vocabulary, encoder, heads):
    weights_file.write(args.out, VERSION, {"hidden": 384, "layers": 12, "heads": 12, "feed": 1536, "positions": 512}, data.LABELS,
                       list(zip(vocabulary["pieces"], vocabulary["scores"])), {k: vocabulary[k] for k in ("bos", "eos", "pad", "unk")},
                       {int(k): v for k, v in vocabulary["normalise"].items()}, {**encoder.tensors(), **heads.tensors()})


if __name__ == "__main__":
    sys.exit(main())
