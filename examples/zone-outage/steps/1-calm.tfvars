clock = "0s"
