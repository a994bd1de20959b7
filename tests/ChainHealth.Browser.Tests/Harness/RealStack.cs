using ChainHealth.Cli;
using ChainHealth.Client;

namespace ChainHealth.Browser.Tests;

/// <summary>Validators, edge servers and dashboard as real processes in a folder of their own.</summary>
public sealed class RealStack : IAsyncDisposable
{
    public const int Hospitals = 4;

    private const int Validators = 4;

    private static readonly DemoOptions Options = new(
        "wdbc", null, null, Hospitals, Validators, 1, "iid", [], DemoOptions.AllChecks, true, null, 1, null, null,
        false);

    private readonly string _folder;
    private readonly Supervisor _supervisor;
    private readonly DashboardLinks _links = new();
    private readonly LocalNetwork _network;

    private RealStack(string folder)
    {
        _folder = folder;
        _supervisor = new Supervisor(printed: _links.Read);
        LocalNetwork.Create(folder, "browser", Validators, Hospitals);
        _network = new LocalNetwork(folder, _supervisor);
    }

    /// <summary>One-time address at which the first provider's account is made.</summary>
    public string AdministratorLink => _links.Administrator
        ?? throw new InvalidOperationException("the dashboard printed no administrator link");

    public string Address => new Uri(AdministratorLink).GetLeftPart(UriPartial.Authority);

    /// <summary>One-time address at which the first account of this hospital is made.</summary>
    public string HospitalLink(string name) => _links.Hospitals[name];

    public string GenesisFile => _network.Folder.GenesisFile;

    /// <summary>Where the dashboard keeps its audit log.</summary>
    public string RecordsFile => Path.Combine(_folder, "members", "dashboard", "data", "records.db");

    public static async Task<RealStack> StartAsync()
    {
        var stack = new RealStack(Directory.CreateTempSubdirectory("chainhealth-stack-").FullName);
        try
        {
            await stack._network.StartAsync(
                Enumerable.Range(1, Validators).Select(stack._network.Validator), CancellationToken.None);
            await stack._network.StartAsync(
                Enumerable.Range(0, Hospitals + 1).Select(i => stack._network.Edge(Options, i))
                    .Append(stack._network.Dashboard(FreePorts.FindRange(1))), CancellationToken.None);
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops one edge server for good.</summary>
    public Task KillEdgeAsync(int hospital) => _supervisor.KillAsync(MemberNames.Hospital(hospital));

    public async ValueTask DisposeAsync()
    {
        await _supervisor.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
