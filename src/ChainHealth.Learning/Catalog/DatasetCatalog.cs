using System.Collections.Immutable;

namespace ChainHealth.Learning;

/// <summary>The data sets that the product knows. Only WDBC is part of it; the others are found on the user's disk or
/// fetched from their publisher.</summary>
public static class DatasetCatalog
{
    private const string MedMnist = "J. Yang and others, \"MedMNIST v2\", Scientific Data 10:41 (2023)";

    public static ImmutableArray<CatalogEntry> Entries { get; } =
    [
        new("wdbc", "Breast Cancer Wisconsin (Diagnostic), 30 measures of cell nuclei",
            [], ["md5:36ef90874abc87f4b4a8554dcc17cf6f"], ["malignant", "benign"],
            "BSD-3-Clause (scikit-learn, whose copy this is)",
            "W. N. Street and others, SPIE 1905:861-870 (1993)", null),
        MedMnistEntry("pneumoniamnist", "chest X-rays of children, 28 x 28 grey",
            ["pneumoniamnist.npz", "pneumoniamnist-reordered.npz"],
            ["md5:28209eda62fecd6e6a2d98b1501bb15f", "md5:7c6dc309295463620d968546cbffd504"],
            ["normal", "pneumonia"], "Kermany and others, Cell 172:1122-1131 (2018)"),
        MedMnistEntry("breastmnist", "breast ultrasound, 28 x 28 grey",
            ["breastmnist.npz"], ["md5:750601b1f35ba3300ea97c75c52ff8f6"],
            ["malignant", "normal or benign"], "Al-Dhabyani and others, Data in Brief 28:104863 (2020)"),
        MedMnistEntry("retinamnist", "retina photographs, five grades of retinopathy, 28 x 28 RGB",
            ["retinamnist.npz"], ["md5:bd4c0672f1bba3e3a89f0e4e876791e4"],
            ["grade 0", "grade 1", "grade 2", "grade 3", "grade 4"],
            "DeepDRiD, Liu and others, Patterns 3:100512 (2022)"),
        new("mednist", "radiographs, CT and MR slices in six groups, 28 x 28 grey",
            ["mednist28.npz"], ["md5:156ac2b5464c07d92b3ec282d26801a1"],
            ["AbdomenCT", "BreastMRI", "CXR", "ChestCT", "Hand", "HeadCT"],
            "CC BY-SA 4.0", "MedNIST, made available by B. J. Erickson (Mayo Clinic); scaled to 28 x 28", null),
        new("bccd", "blood smears: red cells, white cells, platelets, 28 x 28 RGB",
            ["bccd28.npz"], ["md5:b856c6b09581aeb0b50f59cf185695d8"],
            ["red cell", "white cell", "platelet"],
            "MIT, Copyright (c) 2017 shenggan", "BCCD_Dataset, cells cut out and scaled to 28 x 28", null),
        new("heart-failure", "heart failure clinical records, 11 features",
            ["heart_failure_clinical_records_dataset.csv"],
            ["sha256:9c73cea7468ff5d517801ec050fe9993da5912fce4b56f296f8df3b38dd75912"], ["alive", "died"],
            "CC BY 4.0", "T. Ahmad and others, PLoS ONE 12(7):e0181001 (2017); column 'time', which leaks the outcome, "
                + "left out", null),
        new("pima", "Pima diabetes, 8 features",
            ["diabetes.arff"], ["sha256:01c38ba089121a39a4ee5bafb3c9bddd71e4337d8f0268c85a999a37c1a027e6"],
            ["tested_negative", "tested_positive"], "GPL-2+ (Weka, whose copy this is)",
            "J. W. Smith and others, SCAMC 261-265 (1988)", null),
    ];

    /// <summary>Null where the catalog has no such name.</summary>
    public static CatalogEntry? Find(string name) =>
        Entries.FirstOrDefault(e => string.Equals(e.Name, name, StringComparison.OrdinalIgnoreCase));

    private static CatalogEntry MedMnistEntry(
        string name, string title, string[] files, string[] checksums, string[] classes, string source) => new(
        name, title, [.. files], [.. checksums], [.. classes], "CC BY 4.0", $"{MedMnist}; {source}",
        new Uri($"https://zenodo.org/records/10519652/files/{files[0]}?download=1"));
}
