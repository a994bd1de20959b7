using System.CommandLine;
using ChainHealth.Client;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using Spectre.Console;

namespace ChainHealth.Cli;

/// <summary>chainhealth network enrol | new-keys | join | members: what a member does for itself, and who is one.
/// </summary>
public static class NetworkMemberCommands
{
    private static readonly TimeSpan JoinLimit = TimeSpan.FromMinutes(10);

    public static Command Enrol(Terminal terminal)
    {
        Argument<string> name = new("NAME") { Description = "1 to 64 letters, digits, '-' or '_'." };
        Option<string> network = SharedOptions.Network();
        var role = new Option<MemberRole>("--role")
        {
            Description = "hospital, provider or observer.", DefaultValueFactory = _ => MemberRole.Hospital,
        };
        var output = new Option<string?>("--out") { Description = "Write the record to vote on.", HelpName = "FILE" };
        var command = new Command("enrol", "Make the keys of a candidate. The validators vote on its record.\n\n"
            + "Example:\n  chainhealth network enrol hospital-new --network DIR --out hospital-new.member")
        {
            name, network, role, output,
        };
        command.SetAction(parsed =>
        {
            string folder = SharedOptions.RequireNetwork(parsed.GetValue(network)!);
            Member member = MemberEnrolment.Create(folder, parsed.GetValue(name)!, parsed.GetValue(role));
            Report(terminal, member, parsed.GetValue(output));
        });
        return command;
    }

    public static Command NewKeys(Terminal terminal)
    {
        Option<string> network = SharedOptions.Network(), member = SharedOptions.Member();
        var output = new Option<string>("--out")
        {
            Description = "Write the record to vote on.", HelpName = "FILE", Required = true,
        };
        var command = new Command("new-keys", "Make new keys for a member; in force once the validators have voted and "
            + "'network join' has put them in place.\n\n"
            + "Example:\n  chainhealth network new-keys --network DIR --member hospital-2 --out hospital-2.keys")
        {
            network, member, output,
        };
        command.SetAction(parsed =>
        {
            string folder = SharedOptions.RequireNetwork(parsed.GetValue(network)!);
            using MemberIdentity identity = MemberIdentity.Load(folder, parsed.GetValue(member)!);
            Report(terminal, MemberEnrolment.CreateNextKeys(folder, identity.Member), parsed.GetValue(output));
        });
        return command;
    }

    public static Command Join(Terminal terminal)
    {
        Option<string> network = SharedOptions.Network();
        Argument<string> name = new("NAME") { Description = "Name of the candidate, or of the member with new keys." };
        Option<string> by = SharedOptions.Member();
        var command = new Command("join", "Wait until the chain knows a candidate or a member's new keys, and put them "
            + "in place.\n\nExample:\n  chainhealth network join hospital-new --network DIR")
        {
            network, name, by,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            string folder = SharedOptions.RequireNetwork(parsed.GetValue(network)!);
            Member member = await WaitAsync(
                folder, parsed.GetValue(name)!, parsed.GetValue(by)!, cancellation);
            terminal.Line($"{member.Name} is member {member.Id.Value} with the keys in {folder}");
            return ExitCode.Done;
        });
        return command;
    }

    public static Command Members(Terminal terminal) => ChainCommand.With(
        "members", "Members, their standing, evidence against them, and open votes.\n\n"
        + "Example:\n  chainhealth network members --network DIR", [],
        async (_, door, json, cancellation) =>
        {
            LedgerState state = (await door.NowAsync(cancellation)).State;
            if (json)
            {
                terminal.Json(Shape(state));
                return;
            }

            var table = new Table().Border(TableBorder.Rounded).AddColumns(
                "No.", "Name", "Role", "Standing", "Evidence", "Anchors", "Endpoint");
            foreach (Member m in state.Members.Values)
            {
                table.AddRow(
                    $"{m.Id.Value}", Markup.Escape(m.Name), $"{m.Role}", Markup.Escape(StandingOf(state, m)),
                    $"{state.EvidenceAgainst(m.Id)}", $"{AnchorsOf(state, m)}", Markup.Escape(m.Endpoint));
            }

            terminal.Console.Write(table);
            foreach (Motion motion in state.Motions.Open.Values)
            {
                terminal.Line($"open vote: {TransactionWords.KindOf(motion.Act)} {TransactionWords.Of(motion.Act)}, "
                    + $"{motion.Voters.Count} votes, until block {motion.LastBlock}");
            }
        });

    private static async Task<Member> WaitAsync(
        string folder, string name, string by, CancellationToken cancellation)
    {
        Member next = MemberEnrolment.RecordToCome(folder, name);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(JoinLimit);
        await using ChainDoor door = ChainDoor.Open(folder, by);
        ChainSubscription chain = await door.Chain.SubscribeAsync(limit.Token);
        Member? known = Find(chain.Now.State, next);
        await using IAsyncEnumerator<ChainChange> changes = chain.Changes.GetAsyncEnumerator(limit.Token);
        while (known is null && await changes.MoveNextAsync())
        {
            known = changes.Current switch
            {
                BlockCommitted block => Find(block.State, next),
                SnapshotReplaced replaced => Find(replaced.Snapshot.State, next),
                _ => null,
            };
        }

        MemberEnrolment.Adopt(folder, known!);
        return known!;
    }

    private static Member? Find(LedgerState state, Member next) =>
        state.Members.Values.FirstOrDefault(m => m.SigningKey == next.SigningKey);

    private static void Report(Terminal terminal, Member member, string? output)
    {
        if (output is not null)
        {
            MemberFiles.Write(output, member);
            terminal.Line($"record        {output}");
        }

        terminal.Line($"signing key   {member.SigningKey}");
        terminal.Line($"TLS pin       {member.TlsPin}");
    }

    private static object Shape(LedgerState state) => new
    {
        Members = state.Members.Values.Select(m => new
        {
            Id = m.Id.Value, m.Name, Role = m.Role.ToString().ToLowerInvariant(), Standing = StandingOf(state, m),
            Evidence = state.EvidenceAgainst(m.Id), Anchors = AnchorsOf(state, m), m.Endpoint,
            SigningKey = m.SigningKey.ToString(),
        }),
        OpenVotes = state.Motions.Open.Values.Select(m => new
        {
            Kind = TransactionWords.KindOf(m.Act), Text = TransactionWords.Of(m.Act),
            OpenedBy = m.OpenedBy.Value, LastBlock = m.LastBlock.Value, Voters = m.Voters.Select(v => v.Value),
        }),
        Evidence = state.Evidence.Select(e => new
        {
            e.Number, Culprit = e.Culprit.Value, Reporter = e.Reporter.Value, Height = e.Height.Value,
            Text = TransactionWords.Of(new ReportEquivocationBody(e.Contradiction)),
        }),
    };

    private static string StandingOf(LedgerState state, Member member) =>
        state.Suspensions.TryGetValue(member.Id, out Suspension? suspension)
            ? $"suspended since block {suspension.Since}: {suspension.Reason}" : "good";

    private static int AnchorsOf(LedgerState state, Member member) =>
        state.Anchors.TryGetValue(member.Id, out var own) ? own.Length : 0;
}
