using System.Globalization;
using ChainHealth.Client;

namespace ChainHealth.Cli;

/// <summary>The programs of a network folder, all on this machine: how each is started, and in which order.</summary>
public sealed class LocalNetwork(string folder, Supervisor supervisor)
{
    /// <summary>A native crash of a trainer is survived: the edge server resumes from its store.</summary>
    private const int RestartsMax = 3;

    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);

    public NetworkFolder Folder { get; } = new(folder);

    public Supervisor Supervisor { get; } = supervisor;

    /// <summary>Creates keys and genesis in an empty folder, on ports that are free now.</summary>
    /// <exception cref="UserError">It cannot be created.</exception>
    public static void Create(string folder, string name, int validators, int hospitals)
    {
        int basePort = FreePorts.FindRange(validators + hospitals + 1);
        NetworkFactory.Create(folder, new NetworkOptions
        {
            Name = name,
            Validators = validators,
            Hospitals = hospitals,
            BasePort = basePort,
        });
    }

    public ChildSpec Validator(int number) => Spec(
        MemberNames.Validator(number), ProgramFile.Node,
        ["--network", Folder.Root, "--member", MemberNames.Validator(number), "--admit-proposed"]);

    /// <summary>The edge server of hospital <paramref name="number"/> (from 1), or the provider's for 0.</summary>
    public ChildSpec Edge(DemoOptions options, int number)
    {
        string name = number == 0 ? MemberNames.Provider : MemberNames.Hospital(number);
        List<string> arguments =
        [
            "serve", "--network", Folder.Root, "--member", name, "--dataset", options.Dataset,
            "--alpha", options.Alpha, "--seed", options.Seed.ToString(CultureInfo.InvariantCulture),
        ];
        if (options.DataFolder is string data)
        {
            arguments.AddRange(["--data", Path.GetFullPath(data)]);
        }

        if (number > 0)
        {
            arguments.AddRange(
                ["--partition", string.Create(CultureInfo.InvariantCulture, $"{number}/{options.Hospitals}")]);
        }

        if (number > 0 && options.AttackOf(number) is string attack)
        {
            arguments.AddRange(["--attack", attack]);
        }

        if (number > 0)
        {
            // The dashboard's wizard may ask for rehearsals of attacks.
            arguments.Add("--rehearsals");
        }

        // Several trainers share the machine: OpenMP's default of one spinning thread per core makes each slower.
        return Spec(name, ProgramFile.Edge, arguments) with
        {
            Environment = new Dictionary<string, string> { ["OMP_NUM_THREADS"] = "1" },
        };
    }

    public ChildSpec Dashboard(int port) => Spec(
        MemberNames.Dashboard, ProgramFile.Dashboard,
        [
            "--network", Folder.Root, "--member", MemberNames.Dashboard,
            "--port", port.ToString(CultureInfo.InvariantCulture), "--hospital-links",
        ]);

    /// <summary>Starts all of them at once and waits until each is ready.</summary>
    /// <exception cref="UserError">One is not.</exception>
    public Task StartAsync(IEnumerable<ChildSpec> children, CancellationToken cancellation) =>
        Task.WhenAll(children.Select(c => Supervisor.StartAsync(c, ReadyLimit, cancellation)));

    private ChildSpec Spec(string name, string program, IReadOnlyList<string> arguments) => new(
        name, ProgramFile.Locate(program), arguments, Path.Combine(Folder.Logs, name + ".log"), RestartsMax);
}
