"""How well products are named from one picture each: the packs of the GroceryStoreDataset.

The dataset only measures. None of its pictures goes into a training set or a model.
"""
