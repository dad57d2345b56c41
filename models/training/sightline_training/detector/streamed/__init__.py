"""Training on a GPU while other processes render: scenes are used as soon as they exist; all else happens on the GPU."""
