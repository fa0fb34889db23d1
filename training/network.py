"""The encoder and its heads in PyTorch; names of tensors as the weights file has them."""
import torch
import torch.nn as nn
import torch.nn.functional as F

HIDDEN, HEADS, LAYERS, PAIR_SIZE = 384, 12, 12, 128
DROP = 0.1
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
        b, n, _ = x.shape
        split = lambda y: y.view(b, n, HEADS, -1).transpose(1, 2)
        a = F.scaled_dot_product_attention(split(self.q(x)), split(self.k(x)), split(self.v(x)), attn_mask=mask)
        drop = lambda y: F.dropout(y, DROP, self.training)
        x = self.aln(x + drop(self.ao(a.transpose(1, 2).reshape(b, n, HIDDEN))))
        return self.oln(x + drop(self.fo(F.gelu(self.fi(x)))))


class Encoder(nn.Module):
    def __init__(self, tensors):
        super().__init__()
        self.word = nn.Embedding.from_pretrained(tensors["emb.word"].float(), freeze=True)
        self.pos = nn.Parameter(tensors["emb.pos"].float())
        kind = tensors["emb.type"].float().reshape(-1, HIDDEN)[0]
        self.kind = nn.Parameter(kind)
        self.ln = nn.LayerNorm(HIDDEN, 1e-12)
        self.ln.load_state_dict({"weight": tensors["emb.ln.w"].float(), "bias": tensors["emb.ln.b"].float()})
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        for i, layer in enumerate(self.layers):
            for name in ("q", "k", "v", "ao", "fi", "fo", "aln", "oln"):
                getattr(layer, name).load_state_dict({"weight": tensors[f"l{i}.{name}.w"].float(), "bias": tensors[f"l{i}.{name}.b"].float()})

    def forward(self, ids, mask):
        x = self.ln(self.word(ids) + self.pos[: ids.shape[1]] + self.kind)
        m = mask[:, None, None, :]
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
        a, c = F.relu(self.row(words[at])), F.relu(self.col(words))
        far = torch.tensor([[distance_class(j - i) for j in range(len(words))] for i in at])
        return self.d[:, far] + torch.einsum("ip,rpq,jq->rij", a, self.u, c) + (a @ self.ur.T).T[:, :, None] + (c @ self.uc.T).T[:, None, :] + self.b[:, None, None]

    def tensors(self):
        t = {}
        for name, part in self.linear.items():
            t[f"head.{name}.w"], t[f"head.{name}.b"] = part.weight, part.bias
        t.update({"pair.row.w": self.row.weight, "pair.row.b": self.row.bias, "pair.col.w": self.col.weight, "pair.col.b": self.col.bias,
                  "pair.u": self.u, "pair.ur": self.ur, "pair.uc": self.uc, "pair.b": self.b, "pair.d": self.d, "search.w": self.search.weight})
        return {k: v.detach().float().numpy() for k, v in t.items()}


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
    return (states * m).sum(1) / m.sum(1)
