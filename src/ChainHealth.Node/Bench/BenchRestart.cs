using System.Diagnostics;
using System.Text.Json;
using ChainHealth.Client;
using ChainHealth.Consensus;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>Writes a chain of signed notes with real certificates into the store of a validator, with the snapshots
/// that a validator makes on the way, and measures how long that validator takes to stand at its tip again: from the
/// newest snapshot, and from genesis with the snapshots set aside.</summary>
internal sealed class BenchRestart : IDisposable
{
    private const int Hospitals = 4;
    private const int NoteBytes = 256;
    private static readonly int SnapshotEvery = new ReplicaOptions().CheckpointEveryHeights;

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

    public static RestartResult Run(int transactions, int perBlock)
    {
        string folder = Path.Combine(Path.GetTempPath(), $"chainhealth-bench-{Environment.ProcessId}");
        try
        {
            using var bench = new BenchRestart(folder);
            bench.Write(transactions, perBlock);
            return bench.Measure(transactions, perBlock);
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
            QuorumCertificate commit = Certificate(built.Next.Height, VotePhase.Commit, built.Next.Tip);
            store.Blocks.Append(StoredBlock.Of(built.Next.Height, BlockCodec.Encode(built.Block), commit));
            _state = built.Next;
            if (_state.Height.Value % (ulong)SnapshotEvery == 0)
            {
                Keep(store.Snapshots, built.Block.Header, commit);
            }
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

    private void Keep(SnapshotStore snapshots, BlockHeader header, QuorumCertificate commit)
    {
        byte[] content = SnapshotCodec.Encode(new Snapshot(header, _state));
        snapshots.Write(_state.Height, new StoredSnapshot(content, commit));
        var manifest = SnapshotManifest.Of(
            new ChainTip(_state.Height, _state.Tip), content, ConsensusLimits.ChunkBytesMax);
        snapshots.Certify(new SnapshotOffer(
            manifest, Certificate(_state.Height, VotePhase.Checkpoint, manifest.Hash(_state.Chain)), commit));
    }

    private QuorumCertificate Certificate(Height height, VotePhase phase, Digest what)
    {
        Digest message = new VoteSubject(_state.Chain, _state.Epoch, height, default, phase, what).Hash();
        return new QuorumCertificate(
            _state.Epoch, height, default, phase, what, 0b111,
            [.. _validators.Take(3).Select(v => v.SigningKey.Sign(message))]);
    }

    private RestartResult Measure(int transactions, int perBlock)
    {
        string snapshots = Path.Combine(_validators[0].Store, SnapshotStore.FolderName);
        FileInfo? newest = new DirectoryInfo(snapshots).GetFiles("*" + SnapshotStore.Extension).MaxBy(f => f.Name);
        ulong height = _state.Height.Value - (_state.Height.Value % (ulong)SnapshotEvery);
        double? fromSnapshot = newest is null ? null : Restart(height);
        Directory.Move(snapshots, snapshots + ".aside");
        return new RestartResult(
            transactions, perBlock, NoteBytes, _state.Height.Value, height, newest?.Length ?? 0,
            _state.Height.Value - height, fromSnapshot, Restart(0), Environment.WorkingSet,
            Environment.ProcessorCount);
    }

    /// <summary>Seconds until the tip's state stands again, opening of the store and its check included. The first one
    /// also pays for the compiler, as a restarted process does.</summary>
    /// <param name="from">Height of the snapshot that must be the start; 0: genesis.</param>
    private double Restart(ulong from)
    {
        var watch = Stopwatch.StartNew();
        var view = new ChainView(_validators[0].Genesis);
        using NodeStore store = NodeStore.Open(_validators[0].Store, _state.Chain, _ => { });
        var start = new ChainStart(view, store, Console.Error.WriteLine);
        start.Run();
        double seconds = watch.Elapsed.TotalSeconds;
        if (view.State.Root != _state.Root || (start.Served?.Height.Value ?? 0) != from)
        {
            throw new InvalidOperationException("the restarted state is another one, or came from elsewhere");
        }

        return Math.Round(seconds, 2);
    }
}
