using System.CommandLine;
using System.Text.Json;
using ChainHealth.Client;

namespace ChainHealth.Node;

/// <summary>bench-smpc, and the process of one party that it starts.</summary>
internal static class BenchCommands
{
    public static Command CreateBench()
    {
        (Option<string> model, Option<int> models, Option<int> batch, Option<int> repeat) = Options();
        Option<bool> json = new("--json") { Description = "JSON is what it prints anyway" };
        Option<string> parties = new("--parties")
        {
            Description = "processes: four, with TLS between them; inproc: four in this one",
            DefaultValueFactory = _ => BenchOptions.Processes,
        };
        Option<bool> profile = new("--profile") { Description = "with the time of each step at party 0" };
        Option<string> checks = Checks();
        var command = new Command("bench-smpc", "measure the encrypted check with four parties; prints JSON")
        {
            model, models, batch, repeat, parties, checks, json, profile,
        };
        command.SetAction(async (r, cancellation) =>
        {
            var options = new BenchOptions(
                r.GetValue(model)!, r.GetValue(models), r.GetValue(batch), r.GetValue(repeat),
                r.GetValue(parties)!, r.GetValue(checks)!);
            if (options.Fault() is { } fault)
            {
                await Console.Error.WriteLineAsync($"error: {fault}");
                return 1;
            }

            await BenchSmpc.RunAsync(options, r.GetValue(profile), cancellation);
            return 0;
        });
        return command;
    }

    public static Command CreateRestart()
    {
        var transactions = new Option<int>("--transactions")
        {
            Description = "Notes of 256 bytes in the chain", DefaultValueFactory = _ => 1_000_000,
        };
        var perBlock = new Option<int>("--per-block") { Description = "Of them", DefaultValueFactory = _ => 100 };
        var json = new Option<bool>("--json") { Description = "One JSON object in place of text" };
        var command = new Command(
            "bench-restart",
            "write a chain with snapshots; measure a restart from the newest one, and a replay of all blocks")
        {
            transactions, perBlock, json,
        };
        command.SetAction(r =>
        {
            (int all, int each) = (r.GetValue(transactions), r.GetValue(perBlock));
            if (all is < 1 or > 20_000_000 || each is < 1 or > Ledger.Block.TransactionsMax)
            {
                Console.Error.WriteLine("error: --transactions takes 1 to 20000000, --per-block 1 to "
                    + Ledger.Block.TransactionsMax);
                return 1;
            }

            RestartResult result = BenchRestart.Run(all, each);
            Console.WriteLine(r.GetValue(json)
                ? JsonSerializer.Serialize(result, JsonSerializerOptions.Web) : result.ToString());
            return 0;
        });
        return command;
    }

    public static Command CreateParty()
    {
        (Option<string> model, Option<int> models, Option<int> batch, Option<int> repeat) = Options();
        Option<string> network = new("--network") { Required = true };
        Option<string> member = new("--member") { Required = true };
        Option<int?> parent = new("--parent-pid");
        Option<string> checks = Checks();
        var command = new Command("bench-party", "one party of bench-smpc")
        {
            model, models, batch, repeat, checks, network, member, parent,
        };
        command.Hidden = true;
        command.SetAction(async (r, _) =>
        {
            using var life = new ProgramLife(r.GetValue(parent));
            await BenchParty.RunAsync(
                r.GetRequiredValue(network), r.GetRequiredValue(member),
                new BenchOptions(r.GetValue(model)!, r.GetValue(models), r.GetValue(batch), r.GetValue(repeat),
                    Checks: r.GetValue(checks)!),
                life.Stopping);
            return 0;
        });
        return command;
    }

    private static Option<string> Checks() => new("--checks")
    {
        Description = "accuracy (and recall), or all: also norm, cosine, duplicates, patches, leave-one-out",
        DefaultValueFactory = _ => BenchOptions.Accuracy,
    };

    private static (Option<string> Model, Option<int> Models, Option<int> Batch, Option<int> Repeat) Options() => (
        new("--model")
        {
            Description = "lenet, strided, mlp, conv1d; aggregate sums as many updates as models",
            DefaultValueFactory = _ => "lenet",
        },
        new("--models")
        {
            Description = "models evaluated at once, the global one among them", DefaultValueFactory = _ => 1,
        },
        new("--batch") { Description = "records", DefaultValueFactory = _ => 128 },
        new("--repeat") { Description = "checks measured", DefaultValueFactory = _ => 5 });
}
