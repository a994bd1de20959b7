using System.Diagnostics;
using System.Text.Json;
using ChainHealth.Client;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>Writes a chain of signed notes with real certificates into the store of a validator, and measures how long
/// that validator takes to stand at its tip again.</summary>
internal sealed class BenchRestart : IDisposable
{
    private const int Hospitals = 4;
    private const int NoteBytes = 256;

    private readonly MemberIdentity[] _validators;
    private readonly MemberIdentity[] _hospitals;
    private readonly TransactionVerifier _verifier;
    private LedgerState _state;

    private BenchRestart(string folder)
    {
        NetworkFactory.Create(folder, new NetworkOptions { Name = "bench", Hospitals = Hospitals });
        _validators = [.. Enumerable.Range(1, 4).Select(i => MemberIdentity.Load(folder, MemberNames.Validator(i)))];
        _hospitals =
            [.. Enumerable.Range(1, Hospitals).Select(i => MemberIdentity.Load(folder, MemberNames.Hospital(i)))];
        _state = LedgerState.FromGenesis(_validators[0].Genesis);

        // Each signature was made a moment ago by this process.
        _verifier = new TransactionVerifier(_state.Chain, (_, _, _) => true);
    }

    /// <summary>Prints one JSON object.</summary>
    public static void Run(int transactions, int perBlock)
    {
        string folder = Path.Combine(Path.GetTempPath(), $"chainhealth-bench-{Environment.ProcessId}");
        try
        {
            using var bench = new BenchRestart(folder);
            bench.Write(transactions, perBlock);
            bench.Measure(transactions, perBlock);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public void Dispose()
    {
        Array.ForEach(_validators, v => v.Dispose());
        Array.ForEach(_hospitals, h => h.Dispose());
    }

    private void Write(int transactions, int perBlock)
    {
        using NodeStore store = NodeStore.Open(_validators[0].Store, _state.Chain, _ => { });
        for (int written = 0; written < transactions; written += perBlock)
        {
            int count = Math.Min(perBlock, transactions - written);
            ulong first = (ulong)written;
            VerifiedTransaction[] notes = [.. Enumerable.Range(0, count).AsParallel().AsOrdered()
                .Select(i => _verifier.Verify(Note(first + (ulong)i), _state, out _)!)];
            BuiltBlock built = BlockBuilder.Build(
                _state, notes, _state.Time + TimeSpan.FromMilliseconds(10), new ReplicaId(0));
            store.Blocks.Append(StoredBlock.Of(
                built.Next.Height, BlockCodec.Encode(built.Block), Certificate(built.Next)));
            _state = built.Next;
        }

        store.Blocks.Flush();
    }

    private SignedTransaction Note(ulong number)
    {
        MemberIdentity sender = _hospitals[number % Hospitals];
        var content = new byte[NoteBytes];
        Random.Shared.NextBytes(content);
        return new Transaction(
            _state.Chain, sender.Member.Id, (number / Hospitals) + 1, new NoteBody(new ByteString(content)))
            .Sign(sender.SigningKey);
    }

    private QuorumCertificate Certificate(LedgerState block)
    {
        var subject = new VoteSubject(
            block.Chain, block.Epoch, block.Height, default, VotePhase.Commit, block.Tip);
        Digest message = subject.Hash();
        return new QuorumCertificate(
            block.Epoch, block.Height, default, VotePhase.Commit, block.Tip, 0b111,
            [.. _validators.Take(3).Select(v => v.SigningKey.Sign(message))]);
    }

    private void Measure(int transactions, int perBlock)
    {
        var watch = Stopwatch.StartNew();
        var view = new ChainView(_validators[0].Genesis);
        using NodeStore store = NodeStore.Open(_validators[0].Store, _state.Chain, _ => { });
        new ChainStart(view, store, Console.Error.WriteLine).Run();
        double seconds = watch.Elapsed.TotalSeconds;
        if (view.State.Root != _state.Root)
        {
            throw new InvalidOperationException("the restarted state is another one");
        }

        Console.WriteLine(JsonSerializer.Serialize(new
        {
            transactions,
            transactionsPerBlock = perBlock,
            noteBytes = NoteBytes,
            blocks = view.State.Height.Value,
            seconds = Math.Round(seconds, 2),
            memoryBytes = Environment.WorkingSet,
            cores = Environment.ProcessorCount,
        }));
    }
}
