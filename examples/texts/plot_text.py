"""
Classify texts
==============

Customers of a shop reviewed clothes and recommended them or not. A network predicts the
recommendation from the text of the review alone, and we show which words its prediction depends on.
"""

# %%
# The data
# --------
#
# ``X`` is one column of texts. Some customers wrote nothing, which counts as an empty text. Four in
# five customers recommend what they bought, so this is the accuracy that a model has to exceed.
import matplotlib.pyplot as plt
import numpy as np
from sklearn.model_selection import train_test_split

from skkeras.datasets import fetch_clothing_reviews

table, y = fetch_clothing_reviews()
X, X_test, y, y_test = train_test_split(
    table["Review Text"][:7000],
    y[:7000],
    test_size=0.3,
    random_state=0,
    stratify=y[:7000],
)
print(X.iloc[0])
print(f"{X.isna().mean():.1%} without a text, {y_test.mean():.1%} recommended")

# %%
# Fitting on raw texts
# --------------------
#
# The vocabulary is learned in ``fit``, so cross-validation learns it from the training rows only.
# We compare the network with a classic model: TF-IDF and logistic regression.
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skkeras import KerasTextClassifier

network = KerasTextClassifier(max_length=128, epochs=8, random_state=0).fit(X, y)
classic = make_pipeline(TfidfVectorizer(), LogisticRegression(C=10, max_iter=1000))
classic.fit(X.fillna(""), y)
print(f"network {network.score(X_test, y_test):.3f}")
print(f"classic {classic.score(X_test.fillna(''), y_test):.3f}")

# %%
# Influential words
# -----------------
#
# This network averages the vectors of words and of pairs of adjacent words, and applies a linear
# model to the average. Therefore the vector of a word determines how much the word contributes to a
# recommendation, in proportion to its share of all words of a text. The plot shows the most
# negative and the most positive of the words that occur in at least 50 reviews.
from sklearn.feature_extraction.text import CountVectorizer

words = CountVectorizer(min_df=50).fit(X.fillna("")).get_feature_names_out()
numbers = network.feature_encoder_.vocabulary_
vectors = network.model_.get_layer("word_vectors").get_weights()[0]
kernel, bias = network.model_.layers[-1].get_weights()
speaks = vectors[[numbers[word] for word in words]] @ kernel[:, 0] + bias
order = np.argsort(speaks)
shown = np.r_[order[:10], order[-10:]]

figure, ax = plt.subplots(figsize=(6, 5), layout="constrained")
ax.barh(words[shown], speaks[shown], color=np.repeat(["tab:red", "tab:blue"], 10))
ax.set(xlabel="log-odds of a recommendation that a text of this word alone gets")
plt.show()

# %%
# Pairs of words have effects that the words alone do not have.
for text in ("flattering", "not flattering", "very flattering"):
    print(f"{text:15} {network.predict_proba([text])[0, 1]:.3f}")

# %%
# Four encoders
# -------------
#
# ``encoder`` selects how the words of a text become one vector: the average of words and pairs of
# words ("average"), convolutions over a few adjacent words ("convolution"), a bidirectional
# recurrent layer ("recurrent") or self-attention ("transformer"). The average needs more epochs
# than the others, and each epoch takes a fraction of their time; a search over ``encoder`` shows
# which is best for your texts. Here all encoders are small, read only the first 40 words, and train
# for 5 epochs.
for encoder in ("average", "convolution", "recurrent", "transformer"):
    model = KerasTextClassifier(
        encoder=encoder,
        units=16,
        max_length=40,
        epochs=5,
        batch_size=128,
        random_state=0,
    )
    model.fit(X[:3000], y[:3000])
    print(f"{encoder:12} {model.score(X_test, y_test):.3f}")
