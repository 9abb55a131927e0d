"""
What do customers say? Networks for texts
=========================================

Customers of a shop wrote what they think of a piece of clothing, and whether they recommend it. A
network learns to tell that from the text alone, and shows which words it goes by.
"""

# %%
# The reviews
# -----------
#
# ``X`` is one column of texts. Some customers wrote nothing, which counts as an empty text; four in
# five recommend what they bought, so that this is what a model has to do better than.
import matplotlib.pyplot as plt
import numpy as np
from sklearn.model_selection import train_test_split

from skkeras.datasets import fetch_clothing_reviews

table, y = fetch_clothing_reviews()
X, X_test, y, y_test = train_test_split(
    table["Review Text"][:7000], y[:7000], test_size=0.3, random_state=0, stratify=y[:7000]
)
print(X.iloc[0])
print(f"{X.isna().mean():.1%} without a text, {y_test.mean():.1%} recommended")

# %%
# Raw texts go straight in
# ------------------------
#
# The vocabulary is learned in ``fit``, and in cross-validation from the training rows only, as all
# that is learned should be. Beside the network stands the classic way: counts of words, weighted,
# and a linear model.
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
# Which words it goes by
# ----------------------
#
# This network averages the vectors of words and of pairs of neighbours, and puts a linear model on
# top. So the vector of a word says how much it speaks for a recommendation; in a text it counts by
# its share of all words. Here are the extremes among the words of 50 reviews or more.
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
# Pairs say what words alone do not.
for text in ("flattering", "not flattering", "very flattering"):
    print(f"{text:15} {network.predict_proba([text])[0, 1]:.3f}")

# %%
# Four ways to read
# -----------------
#
# ``encoder`` says what makes one vector of a text's words: the average of the words and pairs of
# words, filters that look at a few words at a time, units that read from both ends, or words that
# look at each other. The average wants more epochs than the others, and takes a fraction of their
# time for each; a search over ``encoder`` tells what suits your texts. Here all are small, read the
# first 40 words only, and train for 5 epochs.
for encoder in ("average", "convolution", "recurrent", "transformer"):
    model = KerasTextClassifier(
        encoder=encoder, units=16, max_length=40, epochs=5, batch_size=128, random_state=0
    )
    model.fit(X[:3000], y[:3000])
    print(f"{encoder:12} {model.score(X_test, y_test):.3f}")
