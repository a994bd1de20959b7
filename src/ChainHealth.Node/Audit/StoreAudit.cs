using System.Text;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using Microsoft.Win32.SafeHandles;

namespace ChainHealth.Node;

/// <summary>What an audit of a store found.</summary>
/// <param name="Blocks">That were found good, from height 1 on.</param>
/// <param name="FirstBadBlock">Null where every block is good.</param>
/// <param name="Faults">Everything that is wrong, each with its file; empty where nothing is.</param>
internal sealed record AuditReport(
    string Chain, ulong Blocks, ulong Transactions, string Tip, string StateRoot, int Models, ulong? FirstBadBlock,
    IReadOnlyList<string> Faults)
{
    public bool IsSound => Faults.Count == 0;
}

/// <summary>Checks the files of one validator from the genesis on, trusting none and changing nothing: checksums and
/// links of each record, the hash chain, every certificate in full, every signature and rule, every state root, the
/// content of every model. Costs the signatures of all blocks.</summary>
internal sealed class StoreAudit
{
    private readonly Genesis _genesis;
    private readonly Digest _chain;
    private readonly ValidatorSet _validators;
    private readonly TransactionVerifier _verifier;
    private readonly List<string> _faults = [];
    private readonly List<Digest> _tips = [];
    private LedgerState _state;
    private bool _blocksEnded;
    private int _models;

    private StoreAudit(Genesis genesis)
    {
        _genesis = genesis;
        _chain = genesis.Hash();
        _validators = genesis.ValidatorSet();
        _verifier = new TransactionVerifier(_chain);
        _state = LedgerState.FromGenesis(genesis);
    }

    /// <exception cref="StoreException">There is no store in the folder, or it cannot be read.</exception>
    public static AuditReport Run(string folder, Genesis genesis)
    {
        if (!File.Exists(Path.Combine(folder, NodeStore.GenesisName)))
        {
            throw new StoreException($"{folder}: no store of a validator (there is no {NodeStore.GenesisName})");
        }

        var audit = new StoreAudit(genesis);
        try
        {
            audit.CheckGenesis(Path.Combine(folder, NodeStore.GenesisName));
            audit.CheckBlocks(Path.Combine(folder, ChainBlocks.FolderName));
            audit.CheckRecent(folder);
            audit.CheckSnapshots(Path.Combine(folder, SnapshotStore.FolderName));
            audit.CheckLog(Path.Combine(folder, WriteAheadLog.FileName));
            audit.Add(VoteMarkFile.FaultOf(Path.Combine(folder, VoteMarkFile.FileName), audit._chain));
            audit.CheckModels(Path.Combine(folder, "models"));
            return audit.Report();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"{folder}: cannot be read: {e.Message}", e);
        }
    }

    private AuditReport Report() => new(
        _chain.ToString(), _state.Height.Value, _state.TransactionCount, _state.Tip.ToString(), _state.Root.ToString(),
        _models, _blocksEnded ? _state.Height.Value + 1 : null, _faults);

    private void Add(string? fault)
    {
        if (fault is not null)
        {
            _faults.Add(fault);
        }
    }

    private void CheckGenesis(string path)
    {
        string text = File.ReadAllText(path, Encoding.Latin1);
        if (text != _chain + "\n")
        {
            _faults.Add($"{path}: names another chain than the genesis '{_genesis.Name}', {_chain.Short}");
        }
    }

    private void CheckBlocks(string folder)
    {
        string[] files = [.. Directory.EnumerateFiles(folder, "*.log").Order(StringComparer.Ordinal)];
        Digest link = Digest.Of("block-store", _chain, []);
        for (int i = 0; i < files.Length && !_blocksEnded; i++)
        {
            if (Path.GetFileName(files[i]) != BlockStore.SegmentName(i))
            {
                EndBlocks($"{Path.Combine(folder, BlockStore.SegmentName(i))}: missing");
                return;
            }

            link = Read(files[i], link, TakeBlock, EndBlocks);
        }
    }

    /// <summary>Blocks after a state that came from peers, which count once those before are here.</summary>
    private void CheckRecent(string folder)
    {
        if (ChainBlocks.FindRecent(folder) is not { } recent || _blocksEnded)
        {
            return;
        }

        if (_state.Height < recent.Base)
        {
            EndBlocks($"{recent.Folder}: blocks {_state.Height.Next} to {recent.Base} are not here yet: the "
                + "state after them came from the other validators");
            return;
        }

        CheckBlocks(recent.Folder);
    }

    /// <summary>Each must be the state of a block that was found good, as far as these go.</summary>
    private void CheckSnapshots(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (string path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            Add(Path.GetExtension(path) switch
            {
                SnapshotStore.Extension => SnapshotFault(path),
                SnapshotStore.CertificateExtension => SnapshotStore.CertificateFaultOf(path, _chain),
                _ => $"{path}: not a file of this program",
            });
        }
    }

    private string? SnapshotFault(string path)
    {
        if (SnapshotStore.TryRead(path, _chain, out string? fault) is not { } stored)
        {
            return fault;
        }

        if (SnapshotCodec.TryDecode(stored.Content.Span, _chain, out fault) is not { } snapshot)
        {
            return $"{path}: {fault}";
        }

        bool isKnown = snapshot.Header.Height <= _state.Height;
        return stored.Commit.Block != snapshot.State.Tip || stored.Commit.Height != snapshot.Header.Height
                || stored.Commit.Phase != VotePhase.Commit ? $"{path}: its certificate is of another block"
            : stored.Commit.Fault(_chain, _validators) is { } why ? $"{path}: {why}"
            : isKnown && _tips[(int)snapshot.Header.Height.Value - 1] != snapshot.State.Tip
                ? $"{path}: the block at its height is another one" : null;
    }

    private void CheckLog(string path)
    {
        if (!File.Exists(path))
        {
            _faults.Add($"{path}: missing");
            return;
        }

        Read(path, WriteAheadLog.Seed(_chain), (_, _) => null, _faults.Add);
    }

    private void CheckModels(string folder)
    {
        foreach (string path in Directory.EnumerateFiles(folder, "*.model").Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileNameWithoutExtension(path);
            bool fits = new FileInfo(path).Length <= GlobalModel.BytesMax;
            if (!fits || GlobalModel.HashOf(File.ReadAllBytes(path)).ToString() != name)
            {
                _faults.Add($"{path}: the content has another hash than the name");
                continue;
            }

            _models++;
        }
    }

    /// <summary>Reads a log without changing it. A record that a crash left unfinished is a fault here: an audit cannot
    /// tell it from one that was altered.</summary>
    private Digest Read(string path, Digest seed, Func<string, LogEntry, string?> take, Action<string> fault)
    {
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var reader = new LogReader(file, path, RandomAccess.GetLength(file), seed);
        try
        {
            LogFile.CheckHead(file, path, _chain);
            reader.ReadAll(LogFile.HeadBytes, entry =>
            {
                if (take(path, entry) is { } why)
                {
                    throw new StoreException(why);
                }
            });
            if (reader.TornTail is { } torn)
            {
                fault($"{path}: damaged or unfinished at offset {reader.End}: {torn}");
            }
        }
        catch (StoreException e)
        {
            fault(e.Message);
        }

        return reader.Link;
    }

    private string? TakeBlock(string path, LogEntry entry)
    {
        Height height = _state.Height.Next;
        string where = $"{path}: offset {entry.Offset}: block {height}";
        var stored = new StoredBlock(height, entry.Payload);
        if (entry.Type != BlockStore.BlockRecord || !stored.IsWellFormed)
        {
            return $"{where}: not a block of this version";
        }

        CertifiedBlock? certified = BlockCodec.TryDecodeCertified(stored.Certified.Span, out string? fault);
        fault ??= CertificateFault(certified!);
        if (fault is null)
        {
            BlockOutcome outcome = BlockRules.Check(
                _state, certified!.Block, certified.Block.Header.Time, _verifier);
            _state = outcome.Next ?? _state;
            if (outcome.Next is not null)
            {
                _tips.Add(_state.Tip);
            }

            fault = outcome.Fault;
        }

        return fault is null ? null : $"{where}: {fault}";
    }

    private string? CertificateFault(CertifiedBlock certified) =>
        Client.CertificateRules.Fault(_chain, _validators, certified);

    private void EndBlocks(string fault)
    {
        _blocksEnded = true;
        _faults.Add(fault);
    }
}
