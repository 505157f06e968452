# The tests of this folder in three markets.
for seed in 1 2 3; do
  SIMCLOUD_SEED=$seed terraform test
done
