"""What is printed on packs: words, colours, patterns, pictures, labels."""
