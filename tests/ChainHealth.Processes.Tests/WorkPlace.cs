namespace ChainHealth.Processes.Tests;

/// <summary>A temporary folder of one test. Its name is in the command line of every process that works in it.
/// </summary>
public abstract class WorkPlace : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("chainhealth-processes-").FullName;

    protected string Network => Path.Combine(_root, "network");

    protected string FileIn(string name) => Path.Combine(_root, name);

    protected Task NobodyIsLeftAsync() => Wait.UntilAsync(
        () => TheseProcesses.Naming(_root).Length == 0, "no process works in " + _root, TimeSpan.FromSeconds(30));

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        Directory.Delete(_root, recursive: true);
    }
}
