namespace ChainHealth.Learning.Tests;

/// <summary>A test that needs a data set which the repository does not hold; without it the test names what it skips.
/// </summary>
public sealed class DatasetFactAttribute : FactAttribute
{
    public DatasetFactAttribute(string dataset)
    {
        CatalogEntry entry = DatasetCatalog.Find(dataset)!;
        if (!entry.Embedded && DatasetFolders.Of(null).Find(entry) is null)
        {
            Skip = $"data set '{dataset}' is not there; set {DatasetFolders.Variable} to a folder that holds it";
        }
    }
}
