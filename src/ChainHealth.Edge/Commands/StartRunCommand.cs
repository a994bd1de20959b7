using System.CommandLine;
using System.Text.Json;
using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Learning;
using ChainHealth.Ledger;

namespace ChainHealth.Edge;

/// <summary>Proposes a run to the chain and prints its number.</summary>
internal static class StartRunCommand
{
    public static Command Create()
    {
        Option<string> network = EdgeOptions.Network();
        Option<string> member = EdgeOptions.Member();
        Option<string> dataset = EdgeOptions.Dataset();
        Option<string?> data = EdgeOptions.Data();
        Option<string?> model = EdgeOptions.Model();
        Option<int> rounds = Number("--rounds", "at most", 3);
        Option<int> target = Number("--target", "end early at this accuracy, per mille; 0 = never", 0);
        Option<int?> epochs = new("--epochs") { Description = "local epochs; default by data set" };
        Option<string> checks = EdgeOptions.Checks();
        Option<bool> rehearsal = new("--rehearsal") { Description = "allow hospitals to simulate attacks" };
        Option<int> draw = Number("--draw", "records of the check", 128);
        Option<int> minimum = Number("--minimum", "fewest updates of a round", RunPlan.MinimumUpdatesFloor);
        Option<ulong> seed = EdgeOptions.Seed();
        var command = new Command("start-run", "propose a training run; prints {\"run\": N, ...}")
        {
            network, member, dataset, data, model, rounds, target, epochs, checks, rehearsal, draw, minimum, seed,
        };
        command.SetAction((r, cancellation) => StartAsync(
            r.GetRequiredValue(network), r.GetRequiredValue(member),
            DatasetLoader.Load(r.GetRequiredValue(dataset), r.GetValue(data)),
            new PlanChoices(
                r.GetValue(model), r.GetValue(rounds), r.GetValue(target), r.GetValue(epochs), r.GetValue(checks)!,
                r.GetValue(rehearsal), r.GetValue(draw), r.GetValue(minimum), r.GetValue(seed)),
            cancellation));
        return command;
    }

    private static Option<int> Number(string name, string description, int value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };

    private static async Task<int> StartAsync(
        string network, string member, Dataset dataset, PlanChoices choices, CancellationToken cancellation)
    {
        using MemberIdentity identity = MemberIdentity.Load(network, member);
        await using ChainClient chain = ChainClient.Start(identity);
        LedgerState state = (await chain.SubscribeAsync(cancellation)).Now.State;
        Receipt receipt = await chain.SubmitAsync(
            new StartRunBody(Plans.Make(dataset, state, choices)), cancellation);
        LedgerState after = (await chain.SubscribeAsync(cancellation)).Now.State;
        RunState run = after.Runs.Values.Last(r => r.Provider == identity.Member.Id);
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            run = run.Id.Value,
            height = receipt.Height.Value,
            transaction = receipt.Transaction.ToString(),
            plan = run.PlanHash.ToString(),
        }));
        return 0;
    }
}
