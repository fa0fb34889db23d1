"""The encoder and its heads in PyTorch; names of tensors as the weights file has them."""
import torch
import torch.nn as nn
import torch.nn.functional as F

HIDDEN, HEADS, LAYERS, PAIR_SIZE = 384, 12, 12, 128
DROP, PAIR_DROP = 0.1, 0.25
FAR = (1, 2, 3, 4, 5, 6, 7, 8, 12, 18, 28, 45)  # bounds of the classes of distance, in words, on either side


def distance_class(d):
    """0 for the same word, then alternating sides by the bounds of FAR: 1 is "one after", 2 "one before"."""
    if d == 0:
        return 0
    k = next((i for i, bound in enumerate(FAR) if abs(d) <= bound), len(FAR))
    return 1 + 2 * k + (d < 0)


DISTANCES = 1 + 2 * (len(FAR) + 1)


class Layer(nn.Module):
    def __init__(self, feed=1536):
        super().__init__()
        self.q, self.k, self.v, self.ao = (nn.Linear(HIDDEN, HIDDEN) for _ in range(4))
        self.fi, self.fo = nn.Linear(HIDDEN, feed), nn.Linear(feed, HIDDEN)
        self.aln, self.oln = nn.LayerNorm(HIDDEN, 1e-12), nn.LayerNorm(HIDDEN, 1e-12)

    def forward(self, x, mask):
        """`mask` is added to the scores: 0 where a piece may be looked at. Written out, since in bf16 it is three times as fast on
        a processor as PyTorch's fused attention with a mask."""
        b, n, _ = x.shape
        split = lambda y: y.view(b, n, HEADS, -1).transpose(1, 2)
        scores = torch.matmul(split(self.q(x)), split(self.k(x)).transpose(-1, -2)) * (HIDDEN // HEADS) ** -0.5 + mask
        a = torch.matmul(torch.softmax(scores, -1), split(self.v(x)))
        drop = lambda y: F.dropout(y, DROP, self.training)
        x = self.aln(x + drop(self.ao(a.transpose(1, 2).reshape(b, n, HIDDEN))))
        return self.oln(x + drop(self.fo(F.gelu(self.fi(x)))))


class Encoder(nn.Module):
    def __init__(self, tensors):
        super().__init__()
        self.word = nn.Embedding.from_pretrained(tensors["emb.word"].float(), freeze=True)
        self.pos = nn.Parameter(tensors["emb.pos"].float())
        kind = tensors["emb.type"].float().reshape(-1, HIDDEN)[0].clone()
        self.kind = nn.Parameter(kind)
        self.ln = nn.LayerNorm(HIDDEN, 1e-12)
        self.ln.load_state_dict({"weight": tensors["emb.ln.w"].float(), "bias": tensors["emb.ln.b"].float()})
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        for i, layer in enumerate(self.layers):
            for name in ("q", "k", "v", "ao", "fi", "fo", "aln", "oln"):
                getattr(layer, name).load_state_dict({"weight": tensors[f"l{i}.{name}.w"].float(), "bias": tensors[f"l{i}.{name}.b"].float()})

    def forward(self, ids, mask):
        x = self.ln(self.word(ids) + self.pos[: ids.shape[1]] + self.kind)
        m = torch.where(mask, 0.0, -1e4)[:, None, None, :].to(x.dtype)
        for layer in self.layers:
            x = layer(x, m)
        return x

    def tensors(self):
        t = {"emb.word": self.word.weight, "emb.pos": self.pos, "emb.type": self.kind, "emb.ln.w": self.ln.weight, "emb.ln.b": self.ln.bias}
        for i, layer in enumerate(self.layers):
            for name in ("q", "k", "v", "ao", "fi", "fo", "aln", "oln"):
                part = getattr(layer, name)
                t[f"l{i}.{name}.w"], t[f"l{i}.{name}.b"] = part.weight, part.bias
        return {k: v.detach().float().numpy() for k, v in t.items()}


class Master:
    """AdamW on float32 copies of the parameters; the model itself may run in bfloat16."""

    def __init__(self, groups, weight_decay=0.01):
        self.pairs, made = [], []
        for group in groups:
            masters = []
            for p in group["params"]:
                m = p.detach().float().clone().requires_grad_(True)
                self.pairs.append((p, m))
                masters.append(m)
            made.append({**group, "params": masters})
        self.optimiser = torch.optim.AdamW(made, weight_decay=weight_decay, betas=(0.9, 0.98))

    def step(self, loss, rate, clip=1.0):
        """One step down this loss with every group's rate `top` times `rate`."""
        for p, _ in self.pairs:
            p.grad = None
        loss.backward()
        for p, m in self.pairs:
            m.grad = None if p.grad is None else p.grad.float()
        torch.nn.utils.clip_grad_norm_([m for _, m in self.pairs if m.grad is not None], clip)
        for group in self.optimiser.param_groups:
            group["lr"] = group["top"] * rate
        self.optimiser.step()
        with torch.no_grad():
            for p, m in self.pairs:
                p.copy_(m)


class Heads(nn.Module):
    def __init__(self, labels):
        super().__init__()
        self.linear = nn.ModuleDict({name: nn.Linear(HIDDEN, len(values)) for name, values in labels.items() if name != "pair"})
        self.row, self.col = nn.Linear(HIDDEN, PAIR_SIZE), nn.Linear(HIDDEN, PAIR_SIZE)
        r = len(labels["pair"])
        self.u = nn.Parameter(torch.randn(r, PAIR_SIZE, PAIR_SIZE) * 0.01)
        self.ur, self.uc = nn.Parameter(torch.zeros(r, PAIR_SIZE)), nn.Parameter(torch.randn(r, PAIR_SIZE) * 0.01)
        self.b = nn.Parameter(torch.full((r,), -2.0))
        self.d = nn.Parameter(torch.zeros(r, DISTANCES))
        self.search = nn.Linear(HIDDEN, HIDDEN, bias=False)
        with torch.no_grad():
            self.search.weight.copy_(torch.eye(HIDDEN))

    def pairs(self, at, words):
        """[R, rows, cols] scores of the words `at` (triggers and cues) against all words of a window."""
        drop = lambda y: F.dropout(y, PAIR_DROP, self.training)
        a, c = drop(F.relu(self.row(words[at]))), drop(F.relu(self.col(words)))
        far = torch.tensor([[distance_class(j - i) for j in range(len(words))] for i in at])
        return self.d[:, far] + torch.einsum("ip,rpq,jq->rij", a, self.u, c) + (a @ self.ur.T).T[:, :, None] + (c @ self.uc.T).T[:, None, :] + self.b[:, None, None]

    def tensors(self):
        t = {}
        for name, part in self.linear.items():
            t[f"head.{name}.w"], t[f"head.{name}.b"] = part.weight, part.bias
        t.update({"pair.row.w": self.row.weight, "pair.row.b": self.row.bias, "pair.col.w": self.col.weight, "pair.col.b": self.col.bias,
                  "pair.u": self.u, "pair.ur": self.ur, "pair.uc": self.uc, "pair.b": self.b, "pair.d": self.d, "search.w": self.search.weight})
        return {k: v.detach().float().numpy() for k, v in t.items()}

    def load(self, tensors):
        """Takes over what `tensors()` of other heads gave."""
        with torch.no_grad():
            for name, part in {**self.linear, "row": self.row, "col": self.col}.items():
                stem = f"pair.{name}" if name in ("row", "col") else f"head.{name}"
                part.weight.copy_(tensors[f"{stem}.w"])
                part.bias.copy_(tensors[f"{stem}.b"])
            for name in ("u", "ur", "uc", "b", "d"):
                getattr(self, name).copy_(tensors[f"pair.{name}"])
            self.search.weight.copy_(tensors["search.w"])


def batch_of(sequences):
    n = max(map(len, sequences))
    ids = torch.full((len(sequences), n), 1)
    mask = torch.zeros(len(sequences), n, dtype=torch.bool)
    for i, s in enumerate(sequences):
        ids[i, : len(s)] = torch.tensor(s)
        mask[i, : len(s)] = True
    return ids, mask


def word_states(states, window):
    """The mean of each word's pieces, [words, hidden]."""
    n = len(window.pieces)
    owner = torch.tensor(window.owner)
    keep = owner >= 0
    out = torch.zeros(window.count, HIDDEN).index_add_(0, owner[keep], states[:n][keep])
    return out / torch.bincount(owner[keep], minlength=window.count).clamp(min=1)[:, None]


def mean_vector(states, mask):
    m = mask[:, :, None].float()
    return (states.float() * m).sum(1) / m.sum(1)
