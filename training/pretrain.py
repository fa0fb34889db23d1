#!/usr/bin/env python3
"""Goes on with the encoder's masked pre-training on Arabic news, before the heads are trained.

usage: pretrain.py SHARED PRUNED_DIR OUT_DIR [--from WEIGHTS] [--steps 920] [--seed 1] [--threads 1]

Three in twenty pieces are hidden and guessed from the rest through a new head tied to the embedding (thrown away at the
end); every sixth step is the loss that keeps the sentence vector where the frozen encoder has it (`search_loss` of
train.py). OUT_DIR gets `e5.safetensors` and `vocab.json`, as PRUNED_DIR has them. Gold articles are left out.
"""
import argparse, glob, gzip, json, os, random, shutil, sys, time
import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
import data, weights_file
from arabic import open_tokenizer
from network import Encoder, Master, HIDDEN, batch_of
from train import search_loss

LENGTH = 126
HIDE = 0.15


def chunks(shared, tok, seed):
    """Runs of LENGTH pieces of articles in random order, for ever; every article once a round."""
    rng = random.Random(seed)
    gold = {os.path.basename(p)[:-5] for p in glob.glob(os.path.join(shared, "gold", "*", "*.json"))}
    texts = []
    for path in sorted(glob.glob(os.path.join(shared, "news", "*.jsonl.gz"))):
        with gzip.open(path, "rt", encoding="utf-8") as f:
            for line in f:
                d = json.loads(line)
                if d["id"] not in gold:
                    texts.append((d.get("title") or "") + "\n" + d["text"][:1500])
    while True:
        rng.shuffle(texts)
        for text in texts:
            flat = data.pieces_of(text, tok)
            for at in range(0, max(1, len(flat) - LENGTH // 2), LENGTH):
                yield [0] + flat[at : at + LENGTH] + [2]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared")
    parser.add_argument("pruned")
    parser.add_argument("out")
    parser.add_argument("--from", dest="start", help="a weights file whose encoder to go on with, in place of PRUNED_DIR's")
    parser.add_argument("--steps", type=int, default=920, help="about two seconds each on one core")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    rng = random.Random(args.seed)
    vocabulary, tok = open_tokenizer(args.pruned)
    tensors = load_file(os.path.join(args.pruned, "e5.safetensors"))
    frozen = Encoder(tensors).eval().requires_grad_(False).bfloat16()
    if args.start:
        head, trained = weights_file.read(args.start)
        assert tensors["emb.word"].shape == trained["emb.word"].shape, f"{args.start} has other pieces than {args.pruned}: run prune.py again"
        tensors.update({name: torch.tensor(value) for name, value in trained.items() if name.startswith("l") or name.startswith("emb.")})
    encoder = Encoder(tensors).train().bfloat16()
    head = nn.Sequential(nn.Linear(HIDDEN, HIDDEN), nn.GELU(), nn.LayerNorm(HIDDEN))
    bias = nn.Parameter(torch.zeros(len(vocabulary["pieces"])))
    pairs = data.news(args.shared, tok)
    master = Master([{"params": [p for p in encoder.parameters() if p.requires_grad], "lr": 0, "top": 2e-4},
                     {"params": [*head.parameters(), bias], "lr": 0, "top": 1e-3}])
    stream, began, seen, mean, near = chunks(args.shared, tok, args.seed), time.time(), 0, 10.0, 1.0

    def save():
        os.makedirs(args.out, exist_ok=True)
        out = dict(tensors)
        for name, value in encoder.tensors().items():
            # Of the kinds of token only the first is in use.
            old = tensors[name].reshape(-1, *value.shape)
            out[name] = torch.cat([torch.tensor(value)[None], old[1:]]).reshape(tensors[name].shape).contiguous()
        save_file(out, os.path.join(args.out, "e5.safetensors"))
        shutil.copy(os.path.join(args.pruned, "vocab.json"), args.out)

    for step in range(args.steps):
        rate = min(1, (step + 1) / 100) * max(0.02, 1 - step / args.steps)
        # The new head learns alone at first, so that its ignorance does not spoil the encoder.
        master.optimiser.param_groups[0]["top"] = 2e-4 * min(1, max(0, step - 60) / 100)
        if step % 6 == 5:
            loss = search_loss(encoder, lambda v: v, frozen, rng.sample(pairs, 8))
            near = 0.97 * near + 0.03 * loss.item()
        else:
            ids, mask = batch_of([next(stream) for _ in range(16)])
            hidden = (torch.rand(ids.shape) < HIDE) & mask & (ids > 2)
            draw = torch.rand(ids.shape)
            given = torch.where(hidden & (draw < 0.8), vocabulary["unk"], torch.where(hidden & (draw > 0.9), torch.randint(4, len(vocabulary["pieces"]), ids.shape), ids))
            states = encoder(given, mask)[hidden].float()
            logits = F.linear(head(states).bfloat16(), encoder.word.weight).float() + bias
            loss = F.cross_entropy(logits, ids[hidden])
            mean = 0.98 * mean + 0.02 * loss.item()
            seen += int(mask.sum())
        master.step(loss, rate)
        if step % 50 == 49:
            print(f"step {step + 1} {seen / (time.time() - began):.0f} pieces/s masked {mean:.3f} search {near:.3f}", flush=True)
        if step % 400 == 399:
            save()
    save()


if __name__ == "__main__":
    sys.exit(main())
