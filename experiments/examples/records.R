# A run of Corridor in R: Rscript records.R DIR
# The index is one table of yearly values; the records are NetCDF after the CF conventions, the flows are GeoJSON.
library(arrow)
library(dplyr)

run <- commandArgs(trailingOnly = TRUE)[1]
parts <- list.files(file.path(run, "index"), full.names = TRUE)
format <- if (any(grepl("[.]csv$", parts))) "csv" else "parquet"   # CSV where Corridor has no pyarrow
index <- open_dataset(file.path(run, "index"), format = format)

index |>
  filter(year == "whole run") |>
  group_by(identity) |>
  summarise(seeds = n(), arrivals_people = mean(arrivals_people)) |>
  collect() |>
  print()
