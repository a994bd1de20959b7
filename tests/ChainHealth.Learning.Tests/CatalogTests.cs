namespace ChainHealth.Learning.Tests;

public sealed class CatalogTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_embedded_set_is_whole_verified_and_says_where_it_came_from()
    {
        Dataset wdbc = DatasetLoader.Load("wdbc");

        Assert.Equal(569, wdbc.Train.Count + wdbc.Validation.Count + wdbc.Test.Count);
        Assert.Equal([128, 215], wdbc.Train.CountPerClass());
        Assert.Equal("mean radius", wdbc.Schema.FeatureNames[0]);
        Assert.Equal("worst fractal dimension", wdbc.Schema.FeatureNames[29]);
        Assert.True(wdbc.Verified);
        Assert.Contains("Street", wdbc.Provenance, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_entry_names_checksum_licence_and_source()
    {
        Assert.Equal(8, DatasetCatalog.Entries.Length);
        Assert.All(DatasetCatalog.Entries, entry =>
        {
            Assert.All(entry.Checksums, c => Assert.Matches("^(md5:[0-9a-f]{32}|sha256:[0-9a-f]{64})$", c));
            Assert.NotEmpty(entry.Licence);
            Assert.NotEmpty(entry.Source);
            Assert.True(entry.ClassNames.Length >= 2);
        });
    }

    [Fact]
    public void An_unknown_name_lists_the_known_ones()
    {
        string fault = Assert.Throws<DatasetException>(() => DatasetLoader.Load("wbdc")).Message;

        Assert.All(DatasetCatalog.Entries, e => Assert.Contains(e.Name, fault, StringComparison.Ordinal));
    }

    [Fact]
    public void A_missing_folder_and_a_set_that_is_not_there_are_told_apart()
    {
        string missing = folder["nowhere"];

        Assert.Equal($"data folder {missing} does not exist",
            Assert.Throws<DatasetException>(() => DatasetLoader.Load("wdbc", missing)).Message);
        Assert.Null(new DatasetFolders([folder.Folder]).Find(DatasetCatalog.Find("mednist")!));
    }

    [Fact]
    public void A_set_is_found_in_a_sub_folder_and_marked_as_not_verified()
    {
        Directory.CreateDirectory(folder["medmnist"]);
        NpzBuilder.Small().Save(folder, "medmnist/pneumoniamnist-reordered.npz");

        Dataset found = DatasetLoader.Load("pneumoniamnist", folder.Folder);

        Assert.Equal("pneumoniamnist", found.Name);
        Assert.False(found.Verified);
        Assert.Equal(["normal", "pneumonia"], found.Schema.ClassNames.ToArray());
    }

    [Fact]
    public void A_file_of_the_user_is_read_by_its_kind()
    {
        string rows = string.Concat(Enumerable.Range(0, 20).Select(i => $"{i},{i % 2}\n"));
        string csv = folder.Write("mine.csv", "a,y\n" + rows);
        string text = folder.Write("mine.txt", "a,y\n");

        Assert.Equal("mine", DatasetLoader.Load(csv).Name);
        Assert.Contains("only .npz, .csv and .arff",
            Assert.Throws<DatasetException>(() => DatasetLoader.Load(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_set_has_training_defaults_in_range()
    {
        Assert.All(DatasetCatalog.Entries, entry =>
        {
            TrainingDefaults defaults = TrainingDefaults.For(entry.Name, table: false, entry.ClassNames.Length);
            Assert.Null(defaults.Options.Fault());
            Assert.InRange(defaults.Verification.AccuracyFloor, 0, 1000);
        });
    }
}
