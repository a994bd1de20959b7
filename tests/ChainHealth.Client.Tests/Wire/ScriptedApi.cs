using System.Runtime.CompilerServices;
using System.Threading.Channels;
using ChainHealth.Primitives;

namespace ChainHealth.Client.Tests;

/// <summary>A node's answers as a test wants them.</summary>
internal sealed class ScriptedApi : IClientApi
{
    public Func<byte[], ValueTask<SubmitOutcome>> Submit { get; set; } = _ => new(SubmitOutcome.Accepted);

    public List<byte[]> Blocks { get; } = [];

    public Dictionary<Digest, byte[]> Models { get; } = [];

    public Dictionary<PackageAddress, byte[]> Packages { get; } = [];

    public ChainProof? Proof { get; set; }

    public Channel<ClientPush> Pushes { get; } = Channel.CreateBounded<ClientPush>(1024);

    public NodeStatus Status { get; set; } = new(
        new MemberId(1), true, new Height(7), new View(2), new ReplicaId(2), 3, 10, 20, 30,
        "validator-4 is missing", "1");

    public MemberId? LastClient { get; private set; }

    public ValueTask<SubmitOutcome> SubmitAsync(Member client, byte[] transaction, CancellationToken cancellation)
    {
        LastClient = client.Id;
        return Submit(transaction);
    }

    public ValueTask<IReadOnlyList<byte[]>> GetBlocksAsync(
        Member client, Height from, int count, CancellationToken cancellation) =>
        new([.. Blocks.Skip((int)from.Value - 1).Take(count)]);

    public async IAsyncEnumerable<ClientPush> FollowAsync(
        Member client, Height from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (ClientPush push in Pushes.Reader.ReadAllAsync(cancellation))
        {
            yield return push;
        }
    }

    public ValueTask<byte[]?> GetModelAsync(Member client, Digest model, CancellationToken cancellation) =>
        new(Models.GetValueOrDefault(model));

    public ValueTask<StoreOutcome> PutPackageAsync(
        Member client, PackageAddress address, byte[] sealedPackage, CancellationToken cancellation)
    {
        Packages[address] = sealedPackage;
        return new(client.Id == address.Owner ? StoreOutcome.Done : StoreOutcome.Refused("not yours"));
    }

    public ValueTask<byte[]> PredictAsync(Member client, byte[] question, CancellationToken cancellation) =>
        new(question.Reverse().ToArray());

    public ValueTask<ChainProof?> GetProofAsync(
        Member client, ProofQuestion question, CancellationToken cancellation) => new(Proof);

    public ValueTask<byte[]?> GetReasonAsync(
        Member client, RunId run, int round, CancellationToken cancellation) => new([(byte)run.Value, 2, 3, 4]);

    public ValueTask<NodeStatus> GetStatusAsync(Member client, CancellationToken cancellation) => new(Status);
}
