"""Trains the completion network in PyTorch, for machines whose GPU nothing else here can use.

    python scripts/train-completion.py DATA... --held PREFIX --init VALUES --init-units 384 --units 512 --out VALUES

DATA and --held are prefixes of what `completion-arrays.ts encode` wrote; VALUES are flat arrays, as its `unpack` writes
and its `pack` reads them. The formulas are those of src/model/completion/completion-layout.ts, with one LSTM layer: the
loss of given weights equals that of src/model/completion/completion-trainer.ts to seven digits. Every text is read
from a state of zeros over at most --steps pieces, with errors propagated through all of them; batches hold texts of
like length.
"""
import argparse
import glob
import json
import math
import time

import numpy as np
import torch
from torch import nn
import torch.nn.functional as F

WINDOW, KEY, PIECES, BACKBONE, EMBEDDING = 384, 64, 2048, 64, 128
BUCKETS = 12
NEVER = -1e9
DEVICE = 'cuda' if torch.cuda.is_available() else 'cpu'


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('data', nargs='+')
    parser.add_argument('--held', required=True)
    parser.add_argument('--init')
    parser.add_argument('--init-units', type=int, default=384)
    parser.add_argument('--units', type=int, default=512)
    parser.add_argument('--seconds', type=float, default=470)
    parser.add_argument('--out', required=True)
    parser.add_argument('--batch', type=int, default=96)
    parser.add_argument('--steps', type=int, default=768)
    parser.add_argument('--rate', type=float, default=2e-3)
    parser.add_argument('--dropout', type=float, default=.1)
    parser.add_argument('--decay', type=float, default=.01)
    parser.add_argument('--normalised-share', type=float, default=.4)
    parser.add_argument('--seed', type=int, default=1)
    return parser.parse_args()


class Texts:
    """Pieces [n], backbone vectors [n, 64] and, per text: offset, length, normalised, from the file's top."""

    def __init__(self, prefixes):
        pieces, vectors, index, at = [], [], [], 0
        for prefix in prefixes:
            for path in sorted(glob.glob(prefix + '.*.json')):
                for length, normalised, whole in json.load(open(path))['index']:
                    index.append((at, length, normalised, whole))
                    at += length
                pieces.append(torch.from_numpy(np.fromfile(path[:-5] + '.p', dtype=np.int16)).to(DEVICE))
                vectors.append(torch.from_numpy(np.fromfile(path[:-5] + '.v', dtype=np.float16)).to(DEVICE))
        self.pieces = torch.cat(pieces)
        self.vectors = torch.cat(vectors).reshape(-1, BACKBONE)
        self.index = index
        assert at == len(self.pieces) == len(self.vectors)

    def windows(self, rng, steps, normalised_share):
        """Of one epoch: (offset, length) of most plain texts and of a share of the normalised ones."""
        for at, length, normalised, whole in self.index:
            if rng.random() > 1.6 * (normalised_share if normalised else 1 - normalised_share):
                continue
            if length <= steps + 1:
                yield at, length
            else:
                yield at + (0 if whole and rng.random() < .35 else int(rng.integers(0, length - steps))), steps + 1

    def batches(self, rng, steps, size, normalised_share):
        windows = list(self.windows(rng, steps, normalised_share))
        rng.shuffle(windows)
        groups = []
        for first in range(0, len(windows), 50 * size):
            alike = sorted(windows[first:first + 50 * size], key=lambda window: window[1])
            groups += [alike[k:k + size] for k in range(0, len(alike), size)]
        rng.shuffle(groups)
        return groups

    def gather(self, group, steps):
        """What is read, the backbone's vectors, what comes next; [steps, texts], -1 behind a text's end."""
        longest = min(steps, (max(length for _, length in group) - 1 + 31) & ~31)
        at = torch.tensor([start for start, _ in group], device=DEVICE)[None]
        length = torch.tensor([length for _, length in group], device=DEVICE)[None]
        step = torch.arange(longest, device=DEVICE)[:, None]
        inside = step + 1 < length
        rows = (at + step).clamp(max=len(self.pieces) - 2)
        read = torch.where(inside, self.pieces[rows].long(), -1)
        target = torch.where(inside, self.pieces[rows + 1].long(), -1)
        return read, self.vectors[rows], target


class Network(nn.Module):
    def __init__(self, units, dropout):
        super().__init__()
        self.units = units

        def gaussian(rows, columns, deviation):
            return nn.Parameter(torch.randn(rows, columns) * deviation)

        self.embedding = gaussian(PIECES, EMBEDDING, .25)
        self.backbone = gaussian(BACKBONE, EMBEDDING, .7 / math.sqrt(BACKBONE))
        self.lstm = nn.LSTM(EMBEDDING, units)
        with torch.no_grad():
            self.lstm.weight_ih_l0.normal_(0, .7 / math.sqrt(EMBEDDING))
            self.lstm.weight_hh_l0.normal_(0, .7 / math.sqrt(units))
            self.lstm.bias_ih_l0.zero_()[units:2 * units] = 1
            self.lstm.bias_hh_l0.zero_()
        self.lstm.bias_hh_l0.requires_grad_(False)
        self.projection = gaussian(units, EMBEDDING, math.sqrt(8 / EMBEDDING / units))
        self.bias = nn.Parameter(torch.zeros(PIECES))
        deviation = .5 / math.sqrt(math.sqrt(KEY) * units)
        self.query, self.before, self.after = (gaussian(units, KEY, deviation) for _ in range(3))
        self.sentinel = nn.Parameter(torch.zeros(units))
        self.sentinel_bias = nn.Parameter(torch.zeros(1))
        self.distance_bias = nn.Parameter(torch.zeros(BUCKETS))
        self.drop = nn.Dropout(dropout)
        distances = [min(BUCKETS - 1, (d + 1).bit_length() - 1) for d in range(8192)]
        self.register_buffer('bucket', torch.tensor(distances), persistent=False)

    def parts(self):
        """Matrices in the order and orientation of completion-layout.ts."""
        lstm = self.lstm
        return [
            self.embedding, self.backbone, lstm.weight_ih_l0.t(), lstm.weight_hh_l0.t(), lstm.bias_ih_l0,
            self.projection, self.bias, self.query, self.before, self.after, self.sentinel,
            F.pad(self.sentinel_bias, (0, 3)), self.distance_bias,
        ]

    def flat(self):
        return torch.cat([part.detach().float().reshape(-1) for part in self.parts()]).cpu().numpy()

    @torch.no_grad()
    def set_flat(self, values):
        at = 0
        for part in self.parts():
            own = torch.from_numpy(values[at:at + part.numel()].copy()).reshape(part.shape).to(part.device)
            at += part.numel()
            if part.shape == (4,):
                self.sentinel_bias.copy_(own[:1])
            else:
                part.copy_(own)
        assert at == len(values)

    @torch.no_grad()
    def grow_from(self, old):
        """The weights of a smaller network; what reads the new units is zero, so that the loss is the same."""
        for name in ('embedding', 'backbone', 'bias', 'sentinel_bias', 'distance_bias'):
            getattr(self, name).copy_(getattr(old, name))
        for name in ('projection', 'query', 'before', 'after', 'sentinel'):
            getattr(self, name).zero_()[:old.units].copy_(getattr(old, name))
        for gate in range(4):
            new, known = gate * self.units, gate * old.units
            rows, from_rows = slice(new, new + old.units), slice(known, known + old.units)
            self.lstm.weight_ih_l0[rows] = old.lstm.weight_ih_l0[from_rows]
            self.lstm.weight_hh_l0[rows] = 0
            self.lstm.weight_hh_l0[rows, :old.units] = old.lstm.weight_hh_l0[from_rows]
            self.lstm.bias_ih_l0[rows] = old.lstm.bias_ih_l0[from_rows]

    def forward(self, read, vectors, target):
        """Sum of the losses in nats, and how many were asked."""
        steps = read.shape[0]
        states, _ = self.lstm(self.drop(self.embedding[read.clamp(min=0)] + vectors.float() @ self.backbone))
        scores = self.drop(states) @ self.projection @ self.embedding.t() + self.bias
        spoken = scores.log_softmax(-1).gather(-1, target.clamp(min=0)[..., None])[..., 0].t()
        after = states.transpose(0, 1)
        keys = F.pad(after, (0, 0, 1, 0))[:, :-1] @ self.before + after @ self.after
        step = torch.arange(steps, device=read.device)
        distance = step[:, None] - step[None]
        known = ((distance >= 0) & (distance < WINDOW))[None] & (read.t()[:, None] >= 0)
        attention = after @ self.query @ keys.transpose(1, 2) + self.distance_bias[self.bucket[distance.clamp(min=0)]]
        sentinel = (after @ self.sentinel + self.sentinel_bias)[..., None]
        shares = torch.cat([attention.masked_fill(~known, NEVER), sentinel], -1).log_softmax(-1)
        same = (read.t()[:, None] == target.t()[..., None]) & known
        copied = shares[..., :-1].masked_fill(~same, NEVER).logsumexp(-1)
        asked = target.t() >= 0
        return -(torch.logaddexp(copied, shares[..., -1] + spoken) * asked).sum(), asked.sum()


@torch.no_grad()
def mean_loss(network, texts, options, normalised):
    network.eval()
    whole = [(at, min(n, options.steps + 1)) for at, n, kind, top in texts.index if kind == normalised and top]
    whole.sort(key=lambda window: window[1])
    total = count = 0
    for first in range(0, len(whole), options.batch):
        loss, asked = network(*texts.gather(whole[first:first + options.batch], options.steps))
        total, count = total + loss.item(), count + asked.item()
    network.train()
    return total / count


def train(options):
    torch.manual_seed(options.seed)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    rng = np.random.default_rng(options.seed)
    texts, held = Texts(options.data), Texts([options.held])
    network = Network(options.units, options.dropout).to(DEVICE)
    if options.init:
        old = Network(options.init_units, 0).to(DEVICE)
        old.set_flat(np.fromfile(options.init, dtype=np.float32))
        network.grow_from(old)
    losses = [mean_loss(network, held, options, kind) for kind in (0, 1)]
    print(f'{len(texts.pieces)} pieces; held-out projects at first, plain and normalised:', losses, flush=True)
    average = [parameter.detach().clone() for parameter in network.parameters()]
    trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW([
        {'params': [p for p in trained if p.dim() > 1], 'weight_decay': options.decay},
        {'params': [p for p in trained if p.dim() <= 1], 'weight_decay': 0},
    ], lr=options.rate, betas=(.9, .98))
    # Short texts weigh by their pieces.
    usual = .7 * options.batch * options.steps
    begin, seen, step = time.time(), 0, 0
    share = 0
    while share < 1:
        for group in texts.batches(rng, options.steps, options.batch, options.normalised_share):
            share = (time.time() - begin) / options.seconds
            if share >= 1:
                break
            rate = min(1, (step + 1) / 150) * (.01 + .99 * .5 * (1 + math.cos(math.pi * share)))
            for parameters in optimizer.param_groups:
                parameters['lr'] = options.rate * rate
            loss, asked = network(*texts.gather(group, options.steps))
            optimizer.zero_grad(set_to_none=True)
            (loss / usual).backward()
            nn.utils.clip_grad_norm_(trained, 1)
            optimizer.step()
            step += 1
            seen += sum(length - 1 for _, length in group)
            with torch.no_grad():
                torch._foreach_lerp_(average, list(network.parameters()), 1 - min(.999, 1 - 1 / (1 + step)))
            if step % 200 == 0:
                speed = seen / (time.time() - begin)
                print(f'{share:4.0%}  {seen / 1e6:.1f} million pieces, {speed / 1e3:.0f},000 a second, '
                      f'loss {loss.item() / asked.item():.3f}', flush=True)
    with torch.no_grad():
        for parameter, mean in zip(network.parameters(), average):
            parameter.copy_(mean)
    losses = [mean_loss(network, held, options, kind) for kind in (0, 1)]
    print(f'{seen} pieces; held-out projects, plain and normalised:', losses)
    network.flat().astype(np.float32).tofile(options.out)


if __name__ == '__main__':
    train(arguments())
