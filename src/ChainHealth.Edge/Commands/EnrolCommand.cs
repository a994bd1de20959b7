using System.CommandLine;
using ChainHealth.Client;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Edge;

/// <summary>enrol: ties this institution's keys to an account of the dashboard by a one-time code, and where they are
/// no member's yet, waits until the validators have admitted them.</summary>
internal static class EnrolCommand
{
    private static readonly TimeSpan AskInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan VerifyMax = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        Option<string> network = EdgeOptions.Network();
        Option<string> member = EdgeOptions.Member();
        Option<string> code = new("--code")
        {
            Description = "one-time code from the hospital's page of the dashboard", Required = true,
        };
        Option<string> dashboard = new("--dashboard")
        {
            Description = "address of the dashboard; https:// unless it is on this machine", Required = true,
        };
        Option<string> listen = new("--listen")
        {
            Description = "host:port where this edge server will listen; goes into the member's record on chain",
            DefaultValueFactory = _ => "",
        };
        Option<int> wait = new("--wait")
        {
            Description = "minutes to wait for the validators' votes", DefaultValueFactory = _ => 10,
        };
        var command = new Command(
            "enrol", "tie this edge server to an account by a one-time code; a new institution's keys are made first")
        {
            network, member, code, dashboard, listen, wait,
        };
        command.SetAction((r, cancellation) => EnrolAsync(
            r.GetRequiredValue(network), r.GetRequiredValue(member), r.GetRequiredValue(code),
            r.GetRequiredValue(dashboard), r.GetValue(listen)!, TimeSpan.FromMinutes(r.GetValue(wait)), cancellation));
        return command;
    }

    private static async Task<int> EnrolAsync(
        string network, string name, string typed, string dashboard, string listen, TimeSpan wait,
        CancellationToken cancellation)
    {
        if (!EnrolmentCode.TryParse(typed, out EnrolmentCode? code))
        {
            throw new EdgeException($"--code: a code has {EnrolmentCode.Letters} letters and digits");
        }

        if (listen.Length > 0 && MemberEndpoint.TryParse(listen) is null)
        {
            throw new EdgeException($"--listen {listen}: host:port is wanted");
        }

        using var door = new EnrolmentDoor(dashboard);
        var folder = new NetworkFolder(network);
        bool made = !File.Exists(folder.MemberFile(name));
        if (made)
        {
            MemberEnrolment.Create(network, name, MemberRole.Hospital, listen);
        }

        using MemberIdentity identity = MemberIdentity.Load(network, name);
        var request = EnrolmentRequest.Sign(identity.Chain, code, identity.Member, identity.SigningKey);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(wait);
        EnrolmentAnswer answer;
        try
        {
            await FirstAsync(door, request, made ? folder.Member(name) : null, limit.Token);
            answer = await UntilDecidedAsync(door, request, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new EdgeException($"not admitted within {wait.TotalMinutes:0} minutes; the keys are kept: run the "
                + "same command again to go on waiting");
        }

        if (answer.Stage == EnrolmentStage.Refused)
        {
            throw new EdgeException($"the chain refused {name}: {answer.Fault}");
        }

        Member admitted = await VerifyAsync(identity, cancellation);
        if (identity.Member != admitted)
        {
            MemberEnrolment.Adopt(network, admitted);
        }

        Console.WriteLine($"{name} is member {admitted.Id.Value} of the chain and tied to the account");
        Console.WriteLine($"next: chainhealth edge serve --network {network} --member {name} --dataset NAME");
        return 0;
    }

    /// <summary>A code that is not taken leaves nothing behind: keys that were made for it go with it.</summary>
    private static async Task FirstAsync(
        EnrolmentDoor door, EnrolmentRequest request, string? made, CancellationToken cancellation)
    {
        try
        {
            await door.AskAsync(request, cancellation);
        }
        catch (EnrolmentException) when (made is not null)
        {
            Directory.Delete(made, recursive: true);
            throw;
        }

        if (made is not null)
        {
            Console.WriteLine($"made the keys of {request.Record.Name} in {made}");
        }
    }

    /// <summary>Says each change once.</summary>
    private static async Task<EnrolmentAnswer> UntilDecidedAsync(
        EnrolmentDoor door, EnrolmentRequest request, CancellationToken cancellation)
    {
        string said = "";
        using var timer = new PeriodicTimer(AskInterval);
        while (true)
        {
            EnrolmentAnswer answer = await door.AskAsync(request, cancellation);
            string line = answer.Stage == EnrolmentStage.Voting
                ? $"the validators vote: {answer.Votes} of {answer.Needed}" : "registered; the proposal is on its way";
            if (answer.Stage is EnrolmentStage.Member or EnrolmentStage.Refused)
            {
                return answer;
            }

            if (line != said)
            {
                Console.WriteLine(line);
                said = line;
            }

            await timer.WaitForNextTickAsync(cancellation);
        }
    }

    /// <summary>The dashboard's word is not enough: the keys have to stand in a verified state of the chain, read with
    /// these very keys.</summary>
    private static async Task<Member> VerifyAsync(MemberIdentity identity, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(VerifyMax);
        await using ChainClient chain = ChainClient.Start(identity);
        try
        {
            ChainSubscription subscription = await chain.SubscribeAsync(limit.Token);
            Member? known = Find(subscription.Now.State, identity);
            await using IAsyncEnumerator<ChainChange> changes = subscription.Changes.GetAsyncEnumerator(limit.Token);
            while (known is null && await changes.MoveNextAsync())
            {
                known = changes.Current switch
                {
                    BlockCommitted block => Find(block.State, identity),
                    SnapshotReplaced replaced => Find(replaced.Snapshot.State, identity),
                    _ => null,
                };
            }

            return known ?? throw new EdgeException("the chain's stream ended");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new EdgeException("the dashboard says that these keys were admitted, the validators do not: ask the "
                + "provider");
        }
    }

    private static Member? Find(LedgerState state, MemberIdentity identity) =>
        state.Members.Values.FirstOrDefault(m => m.SigningKey == identity.Member.SigningKey);
}
