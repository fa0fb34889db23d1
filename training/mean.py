#!/usr/bin/env python3
"""Write the mean of weights files that came of one start (other starts do not share their heads' axes).

usage: mean.py OUT.weights ONE.weights OTHER.weights...
"""
import sys
import weights_file


def main(out, *paths):
    read = [weights_file.read(p) for p in paths]
    head, first = read[0]
    for path, (other, tensors) in zip(paths, read):
        assert other["labels"] == head["labels"] and tensors.keys() == first.keys(), f"{path}: not of the same make as {paths[0]}"
    # The vocabulary's tensors are no weights and stay as they are.
    kept = ("vocab.", "normal.")
    pieces = first["vocab.bytes"].tobytes(), first["vocab.offsets"]
    texts = [pieces[0][a:b].decode() for a, b in zip(pieces[1], pieces[1][1:])]
    targets, at = first["normal.targets"].tolist(), first["normal.offsets"].tolist()
    normalise = {p: targets[a:b] for p, a, b in zip(first["normal.points"].tolist(), at, at[1:])}
    mean = {k: sum(t[k] for _, t in read) / len(read) for k in first if not k.startswith(kept)}
    weights_file.write(out, head["version"], head["config"], head["labels"], list(zip(texts, first["vocab.scores"].tolist())),
                       head["special"], normalise, mean)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
