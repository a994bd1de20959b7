using System.CommandLine;
using System.Text.Json;
using ChainHealth.Client;
using ChainHealth.Learning;
using ChainHealth.Primitives;

namespace ChainHealth.Edge;

/// <summary>anchor: puts the Merkle root of the institution's data set on chain.</summary>
internal static class AnchorCommand
{
    public static Command Create()
    {
        Option<string> network = EdgeOptions.Network();
        Option<string> member = EdgeOptions.Member();
        Option<string> dataset = EdgeOptions.Dataset();
        Option<string?> data = EdgeOptions.Data();
        Option<string> partition = EdgeOptions.Partition();
        Option<string> alpha = EdgeOptions.Alpha();
        Option<ulong> seed = EdgeOptions.Seed();
        var command = new Command("anchor", "anchor the Merkle root of this institution's data set on chain")
        {
            network, member, dataset, data, partition, alpha, seed,
        };
        command.SetAction((r, cancellation) => AnchorAsync(
            r.GetRequiredValue(network), r.GetRequiredValue(member),
            DatasetLoader.Load(r.GetRequiredValue(dataset), r.GetValue(data)),
            EdgeOptions.ParsePartition(r.GetValue(partition)!), EdgeOptions.ParseAlpha(r.GetValue(alpha)!),
            r.GetValue(seed), cancellation));
        return command;
    }

    private static async Task<int> AnchorAsync(
        string network, string member, Dataset dataset, (int Index, int Count) part, double? alpha, ulong seed,
        CancellationToken cancellation)
    {
        using MemberIdentity identity = MemberIdentity.Load(network, member);
        Records records = identity.Member.Role == MemberRole.Hospital
            ? Partition.Own(dataset, part, alpha, seed) : dataset.Validation;
        await using ChainClient chain = ChainClient.Start(identity);
        var book = new AnchorBook(Path.Combine(identity.Store, "anchors"));
        AnchorAnswer answer = await AnchorDesk.AnchorAsync(chain, book, dataset.Name, records, cancellation);
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            dataset = answer.Dataset,
            records = answer.Records,
            root = answer.Root.ToString(),
            height = answer.Height.Value,
            transaction = answer.Transaction.ToString(),
        }));
        return 0;
    }
}
