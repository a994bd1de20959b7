using System.Collections.Immutable;
using System.Net;
using ChainHealth.Client;
using ChainHealth.Consensus;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using Microsoft.Extensions.Logging;

namespace ChainHealth.Node;

/// <summary>A validator in one object: store, replica, connections, client API and committee work.</summary>
internal sealed class ValidatorNode : IAsyncDisposable
{
    private readonly NodeStore _store;
    private readonly NodeApi _api;
    private readonly PeerNetwork _peers;
    private readonly PeerInbox _inbox;
    private readonly HistoryFetch _history;
    private readonly ReplicaHost _host;
    private readonly CommitteeLinks _committeeLinks;
    private readonly CommitteeSessions _sessions;
    private readonly CommitteeAgent _committee;
    private readonly NodeDuties _duties;
    private readonly MemberGates _gates;
    private readonly NodeOptions _options;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SecureListener _listener;
    private readonly List<Task> _tasks = [];

    private ValidatorNode(
        MemberIdentity identity, NodeStore store, ChainView view, SnapshotOffer? served, NodeOptions options,
        ILogger logger)
    {
        _store = store;
        _options = options;
        _logger = logger;
        _gates = new MemberGates(options.Client, options.Time);
        View = view;
        ImmutableArray<Member> validators = identity.Genesis.Validators();
        var self = new ReplicaId((byte)validators.IndexOf(identity.Member));
        ValidatorSet set = identity.Genesis.ValidatorSet();
        var links = new LinkIdentity(identity.Chain, identity.Certificate, MemberOfLedger)
        {
            Version = options.ProtocolVersion,
        };
        var verifier = new TransactionVerifier(identity.Chain);
        var reader = new ProposalReader(verifier);
        var mempool = new Mempool(options.Mempool);
        var application = new LedgerApplication(self, view, store, mempool, verifier, reader, options.Time);
        _peers = new PeerNetwork(links, self, [.. validators.Select(Address)], store, logger);
        _history = new HistoryFetch(store.Blocks, identity.Chain, () => _peers, logger);
        CommittedTip tip = view.Tip;
        var setup = new ReplicaSetup(
            identity.Chain, set, self, identity.SigningKey.Sign, application, options.Replica);
        var restore = new RestorePoint(
            new ChainTip(tip.State.Height, tip.State.Tip), tip.Certificate, store.Log.Records)
        {
            Mark = store.Votes.Value,
            Checkpoint = served,
        };
        Replica replica = Replica.Restore(setup, restore);
        if (store.HasNewMark)
        {
            store.Votes.Write(replica.MarkOfLog);
        }

        _host = new ReplicaHost(replica, application, store, _peers, options.Time, logger)
        {
            LeadEnded = () => Intake!.PassOn(PeerInbox.CatchUpTransactionsMax),
            WorkPassedOver = () => Intake!.PassOnNext(),
            StateFetched = _history.Nudge,
        };
        store.Log.Forget();
        Intake = new TransactionIntake(view, mempool, verifier, () => _peers, () => _host, options.Time);
        Models = new ModelExchange(store.Models, () => _peers);
        var messages = new MessageVerifier(identity.Chain, set, options.Replica.ViewChangeSpreadHeights);
        _inbox = new PeerInbox(messages, reader, Intake, Models, _history, view, _host);
        Packages = new PackageDoor(identity.Member.Id, view, store.Packages, options.Time);
        Health = new NodeHealth(identity.Member.Id, _host, store.Blocks, _peers, Smpc, options.Time);
        _committeeLinks = new CommitteeLinks(links, identity.Member.Id, options.Time);
        _sessions = new CommitteeSessions(identity.Member.Id, _committeeLinks, Smpc);
        Predictions = new PredictionDesk(identity, view, store.Models, _sessions, options.Time);
        _api = new NodeApi(Intake, view, store, Packages, Predictions, Reasons, () => Health, options.Time);
        var own = new OwnTransactions(identity, Intake, _options.Time, _logger);
        _committee = Committee(identity, own);
        _duties = Duties(identity, self, own);
        _listener = SecureListener.Start(
            options.Listen ?? ListenAt(identity.Member), links, options.Listener, ServeAsync,
            line => NodeLog.Network(logger, line));
    }

    public ChainView View { get; }

    public NodeStore Store => _store;

    public TransactionIntake Intake { get; }

    public ModelExchange Models { get; }

    public ReasonDesk Reasons { get; } = new();

    public PackageDoor Packages { get; }

    public PredictionDesk Predictions { get; }

    public NodeHealth Health { get; }

    public SmpcMeter Smpc { get; } = new();

    public IPEndPoint Endpoint => _listener.Local;

    /// <summary>Completes when the node can no longer do its work; then it must be disposed.</summary>
    public Task Failed { get; private set; } = Task.CompletedTask;

    /// <exception cref="StoreException">The data folder cannot be used.</exception>
    /// <exception cref="LinkException">The port is in use.</exception>
    public static ValidatorNode Start(MemberIdentity identity, NodeOptions options, ILogger logger)
    {
        if (identity.Member.Role != MemberRole.Validator)
        {
            throw new NetworkFolderException($"{identity.Member.Name} is no validator");
        }

        try
        {
            return StartOn(identity, options, logger);
        }
        catch (BlockDamageException e)
        {
            NodeLog.Repaired(logger, Quarantine.Run(identity.Store, identity.Chain, e));
            return StartOn(identity, options, logger);
        }
    }

    private static ValidatorNode StartOn(MemberIdentity identity, NodeOptions options, ILogger logger)
    {
        var view = new ChainView(identity.Genesis);
        NodeStore store = NodeStore.Open(identity.Store, identity.Chain, _ => { });
        try
        {
            var start = new ChainStart(view, store, what => NodeLog.Repaired(logger, what));
            start.Run();
            foreach (string repair in new[] { store.Log.Repair, store.Blocks.Repair, store.Loss }.OfType<string>())
            {
                NodeLog.Repaired(logger, repair);
            }

            var node = new ValidatorNode(identity, store, view, start.Served, options, logger);
            node.Run();
            NodeLog.Started(logger, identity.Member.Name, identity.Chain.Short, node.Endpoint.ToString(),
                view.State.Height, Secp256k1.Backend.Name);
            return node;
        }
        catch (Exception e)
        {
            store.Dispose();
            throw e is InvalidDataException ? new StoreException($"{identity.Store}: {e.Message}", e) : e;
        }
    }

    /// <summary>Stops in order: no new connections, no new work, then the disk.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _listener.DisposeAsync();
        foreach (Task task in _tasks)
        {
            await task.ContinueWith(
                _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        try
        {
            _store.Blocks.Flush();
        }
        catch (IOException e)
        {
            NodeLog.Fatal(_logger, $"the disk failed: {e.Message}");
        }

        _store.Dispose();
        _stopping.Dispose();
    }

    /// <summary>A network on one machine is not offered to others; the address of any other may be that of a router.
    /// </summary>
    private static IPEndPoint ListenAt(Member member)
    {
        MemberEndpoint endpoint = MemberEndpoint.TryParse(member.Endpoint)!.Value;
        return IPAddress.TryParse(endpoint.Host, out IPAddress? address) && IPAddress.IsLoopback(address)
            ? new IPEndPoint(address, endpoint.Port)
            : new IPEndPoint(IPAddress.Any, endpoint.Port);
    }

    private CommitteeAgent Committee(MemberIdentity identity, OwnTransactions own)
    {
        var packages = new PackageReader(identity, _store.Packages);
        var jobs = new CommitteeJobs(identity, _store, packages, _sessions, Reasons);
        var bench = new JobBench(jobs, own, _options.Time, () => _committee.Nudge(), _logger);
        var agent = new CommitteeAgent(
            identity, View, _store, packages, own, Models, bench, _options.Time, _logger);
        Models.Arrived += _ => agent.Nudge();
        Packages.Arrived += agent.PackageArrived;
        return agent;
    }

    private NodeDuties Duties(MemberIdentity identity, ReplicaId self, OwnTransactions own)
    {
        var reporter = new EvidenceReporter(self, View, own, _options.Time);
        _host.EvidenceFound += reporter.Found;
        Intake.Verified += reporter.Seen;
        _inbox.Refused += reporter.Refused;
        MemberVoter? voter = _options.AdmitProposed ? new MemberVoter(identity.Member.Id, View, own) : null;
        return new NodeDuties(reporter, voter, _options.Time);
    }

    private Member Address(Member peer) => _options.PeerAddresses.TryGetValue(peer.Name, out string? address)
        ? peer with { Endpoint = address } : peer;

    /// <summary>Whoever the chain knows now: members admitted since the genesis, and new keys, count at once.</summary>
    private Member? MemberOfLedger(Digest pin) => View.State.Members.Values.FirstOrDefault(m => m.TlsPin == pin);

    private void Run()
    {
        Task consensus = Task.Run(() => _host.RunAsync(_stopping.Token));
        _tasks.Add(consensus);
        Task committee = Task.Run(() => _committee.RunAsync(_stopping.Token));
        _tasks.Add(committee);
        _tasks.Add(Task.Run(() => _duties.RunAsync(_stopping.Token)));
        _tasks.Add(Task.Run(() => _peers.DialAsync(_inbox, _stopping.Token)));
        Task history = Task.Run(() => _history.RunAsync(_stopping.Token));
        _tasks.Add(history);
        Failed = Task.WhenAny(consensus, committee, history).Unwrap();
    }

    private Task ServeAsync(SecureConnection connection, CancellationToken stopping) => connection.Purpose switch
    {
        LinkPurpose.Consensus => _peers.ServeAsync(connection, _inbox, stopping),
        LinkPurpose.Smpc => _committeeLinks.ServeAsync(connection, stopping),
        LinkPurpose.Client => ServeClientAsync(connection, stopping),
        _ => Task.CompletedTask,
    };

    private async Task ServeClientAsync(SecureConnection connection, CancellationToken stopping)
    {
        string reason = await ClientApiServer.ServeAsync(connection, _api, _gates, stopping);
        NodeLog.Network(_logger, $"{connection} ended: {reason}");
    }
}
