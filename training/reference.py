#!/usr/bin/env python3
"""Fixtures for the encoder's tests: 20 sentences with their pieces and the mean vectors of a float32 forward pass.

usage: reference.py WEIGHTS OUT.json
"""
import json, sys
import torch
import weights_file
from arabic import Tokenizer, words
from network import Encoder, batch_of, mean_vector

SENTENCES = """قال وزير الدفاع إن القوات سيطرت على البلدة صباح اليوم.
أعلنت الحكومة حظر التجول في المدينة بعد مقتل ثلاثة جنود.
التقى الرئيس السفير الفرنسي في أربيل وبحثا التعاون المشترك.
تظاهر مئات العمال أمام مبنى المحافظة للمطالبة برواتبهم.
شنّت طائرات حربية غارات على مواقع المسلحين قرب الحدود.
نفى المتحدث باسم الجيش وقوع أي انفجار في المطار.
وصلت قافلة مساعدات إلى المخيم تضم 1,200 سلة غذائية.
دعا مجلس الأمن جميع الأطراف إلى وقف فوري لإطلاق النار.
وأضاف المصدر أن التحقيقات ما زالت جارية.
اعتقلت الشرطة ٢٣ شخصاً على خلفية أعمال شغب.
فرض الاتحاد الأوروبي عقوبات على خمسة مسؤولين.
من المقرر أن يزور الوفد العاصمة الأسبوع المقبل.
أدانت الخارجية الهجوم ووصفته بـ«الجبان».
انسحبت الكتيبة من الجسر بعد اتفاق مع شيوخ العشائر.
حكمت المحكمة على المتهم بالسجن عشر سنوات.
استقال محافظ البصرة احتجاجا على نقص المياه.
الهيئة العامة للأرصاد تتوقع أمطارا غزيرة.
The minister met the ambassador in Baghdad on Sunday.
هاجم مسلحون مجهولون دورية أمنية فأصيب شرطيان.
كوردستان: البيشمركة تصدّ هجوما لداعش في مخمور""".split("\n")


def main(path, out):
    head, tensors = weights_file.read(path)
    data = bytes(tensors["vocab.bytes"])
    offsets = tensors["vocab.offsets"]
    pieces = [data[a:b].decode() for a, b in zip(offsets, offsets[1:])]
    ends, targets = tensors["normal.offsets"], tensors["normal.targets"]
    normalise = {int(p): list(map(int, targets[ends[i] : ends[i + 1]])) for i, p in enumerate(tensors["normal.points"])}
    tok = Tokenizer(pieces, [float(s) for s in tensors["vocab.scores"]], normalise, head["special"]["unk"])
    encoder = Encoder({k: torch.tensor(v) for k, v in tensors.items() if k.startswith(("emb.", "l"))}).eval()
    rows = []
    for text in SENTENCES:
        ids = [0] + [p for a, b, s in words(text) for p in tok.encode(text[a:b], s)] + [2]
        with torch.no_grad():
            x, mask = batch_of([ids])
            vector = mean_vector(encoder(x, mask), mask)[0].tolist()
        rows.append({"text": text, "pieces": ids, "mean": [round(v, 5) for v in vector]})
    with open(out, "w", encoding="utf-8") as f:
        json.dump(rows, f, ensure_ascii=False)


if __name__ == "__main__":
    main(*sys.argv[1:3])
