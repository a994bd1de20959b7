using System.Collections.Immutable;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Client.Tests;

public sealed class ChainClientTests(TestNetwork network) : IClassFixture<TestNetwork>, IAsyncLifetime
{
    private readonly TestCluster _cluster = new(network);

    private static NoteBody Note(byte content) => new(new ByteString([content]));

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task A_new_client_is_given_the_state_that_the_chain_has()
    {
        for (byte i = 0; i < 60; i++)
        {
            _cluster.Chain.Note("hospital-2", i);
        }

        ChainSubscription subscription = await _cluster.Client().SubscribeAsync(default);

        Assert.Equal(_cluster.Chain.State.Root, subscription.Now.State.Root);
        Assert.Equal(50, subscription.Now.Recent.Length);
        Assert.Equal(60ul, subscription.Now.Recent[0].Block.Header.Height.Value);
    }

    [Fact]
    public async Task Changes_follow_the_snapshot_without_a_gap()
    {
        ChainClient client = _cluster.Client();
        ChainSubscription subscription = await client.SubscribeAsync(default);
        for (byte i = 0; i < 20; i++)
        {
            _cluster.Chain.Note("hospital-2", i);
        }

        ulong next = subscription.Now.State.Height.Value;
        await foreach (ChainChange change in subscription.Changes)
        {
            if (change is BlockCommitted committed)
            {
                Assert.Equal(++next, committed.State.Height.Value);
                if (next == 20)
                {
                    break;
                }
            }
        }

        Assert.Equal(_cluster.Chain.State.Root, (await client.SubscribeAsync(default)).Now.State.Root);
    }

    [Fact]
    public async Task A_reader_that_does_not_keep_up_is_given_a_snapshot()
    {
        ChainClient client = _cluster.Client(change: o => o with { ChangesMax = 4 });
        ChainSubscription slow = await client.SubscribeAsync(default);
        for (byte i = 0; i < 30; i++)
        {
            _cluster.Chain.Note("hospital-2", i);
        }

        await TestCluster.UntilAsync(client, new Height(30));
        await using IAsyncEnumerator<ChainChange> changes = slow.Changes.GetAsyncEnumerator();
        while (await changes.MoveNextAsync())
        {
            if (changes.Current is SnapshotReplaced replaced)
            {
                Assert.Equal(30ul, replaced.Snapshot.State.Height.Value);
                return;
            }
        }

        Assert.Fail("no snapshot came");
    }

    [Fact]
    public async Task A_submitted_act_stands_in_a_verified_block_and_can_be_found()
    {
        ChainClient client = _cluster.Client();
        Receipt first = await client.SubmitAsync(Note(1), default);
        Receipt second = await client.SubmitAsync(Note(2), default);

        Assert.Equal([1ul, 2ul], [first.Height.Value, second.Height.Value]);
        LocatedTransaction found = (await client.FindTransactionAsync(second.Transaction, default))!;
        Assert.Equal(Note(2), found.Transaction.Transaction.Body);
        Assert.Equal(2ul, found.Transaction.Transaction.Nonce);
        Assert.Null(await client.FindTransactionAsync(Digest.Zero, default));
    }

    [Fact]
    public async Task Many_acts_at_once_get_a_nonce_each()
    {
        ChainClient client = _cluster.Client();

        Receipt[] receipts = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(i => client.SubmitAsync(Note((byte)i), default)));

        Assert.Equal(40, receipts.Select(r => r.Transaction).Distinct().Count());
        Assert.Equal(41ul, _cluster.Chain.State.NextNonce(network["hospital-1"].Member.Id));
    }

    [Fact]
    public async Task A_nonce_that_another_process_used_is_taken_anew()
    {
        ChainClient client = _cluster.Client();
        await client.SubmitAsync(Note(1), default);
        for (byte i = 0; i < 5; i++)
        {
            _cluster.Chain.Note("hospital-1", i);
        }

        Assert.Equal(7ul, (await client.SubmitAsync(Note(9), default)).Height.Value);
    }

    [Fact]
    public async Task An_act_against_the_rules_is_refused_with_the_rule_and_the_next_one_passes()
    {
        ChainClient client = _cluster.Client();

        var refused = await Assert.ThrowsAsync<TransactionRefusedException>(
            () => client.SubmitAsync(new StopRunBody(new RunId(1), "no"), default));

        Assert.StartsWith("stopping a run is for members with the role Provider", refused.Message);
        Assert.Equal(1ul, (await client.SubmitAsync(Note(1), default)).Height.Value);
    }

    [Fact]
    public async Task One_validator_that_refuses_everything_does_not_stop_an_act()
    {
        _cluster.Validators[0].Refuse = _ => SubmitOutcome.Refused("I do not like you");

        Assert.Equal(1ul, (await _cluster.Client().SubmitAsync(Note(1), default)).Height.Value);
    }

    [Fact]
    public async Task A_refusal_of_the_only_one_that_is_connected_is_no_verdict()
    {
        await Task.WhenAll(_cluster.Validators.Skip(1).Select(v => v.StopAsync()));
        int asked = 0;
        _cluster.Validators[0].Refuse = _ => asked++ == 0 ? SubmitOutcome.Refused("it is behind") : null;

        Assert.Equal(1ul, (await _cluster.Client().SubmitAsync(Note(1), default)).Height.Value);
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task An_act_that_its_validator_swallowed_is_sent_again_and_applied_once()
    {
        _cluster.Validators[0].Refuse = _ => SubmitOutcome.Accepted;

        Receipt receipt = await _cluster.Client().SubmitAsync(Note(1), default);

        Assert.Equal(1ul, receipt.Height.Value);
        Assert.Single(_cluster.Chain.Blocks);
    }

    [Fact]
    public async Task A_validator_that_takes_an_act_and_never_answers_costs_its_client_the_patience_once()
    {
        _cluster.Validators[0].Hangs = true;
        ChainClient client = _cluster.Client(change: o => o with
        {
            AnswerPatience = TimeSpan.FromMilliseconds(200), ResendAfter = TimeSpan.FromMinutes(1),
        });
        await TestCluster.UntilAsync(client, s => s.Nodes.All(n => n.Reachable));

        for (byte i = 1; i <= 4; i++)
        {
            Assert.Equal(i, (await client.SubmitAsync(Note(i), default)).Height.Value);
        }

        Assert.Equal(1, _cluster.Validators[0].Submitted);
    }

    [Fact]
    public void A_followed_validator_is_given_up_when_it_is_silent_or_when_others_have_more()
    {
        var options = new ChainClientOptions();
        string?[] Looks(bool heard, bool othersHaveMore, TimeSpan time)
        {
            var patience = new FollowPatience(options);
            int looks = (int)(time / FollowPatience.Look);
            return [.. Enumerable.Range(0, looks).Select(_ => patience.EndsWith(default, heard, othersHaveMore))];
        }

        Assert.Equal(
            [null, "pushes nothing"], Looks(false, false, options.SilenceTimeout).TakeLast(2));
        Assert.Contains("others have more", Looks(true, true, options.LagTimeout)[^1], StringComparison.Ordinal);
        Assert.All(Looks(true, false, TimeSpan.FromHours(1)), Assert.Null);
    }

    [Fact]
    public async Task Without_validators_an_act_times_out_with_the_reason()
    {
        foreach (TestValidator validator in _cluster.Validators)
        {
            await validator.StopAsync();
        }

        ChainClient client = _cluster.Client(change: o => o with { SubmitTimeout = TimeSpan.FromMilliseconds(300) });

        var late = await Assert.ThrowsAsync<TimeoutException>(() => client.SubmitAsync(Note(1), default));
        Assert.Contains("no validator could be reached", late.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_followed_validator_dies_another_one_is_followed_and_it_is_seen_when_it_comes_back()
    {
        ChainClient client = _cluster.Client();
        await TestCluster.UntilAsync(client, s => s.Nodes.All(n => n.Reachable));
        await _cluster.Validators[0].StopAsync();
        _cluster.Chain.Note("hospital-2", 1);

        await TestCluster.UntilAsync(client, s => s.State.Height.Value == 1 && !s.Nodes[0].Reachable);
        _cluster.Validators[0].Start(_cluster.Validators[0].Port);
        await TestCluster.UntilAsync(client, s => s.Nodes[0].Reachable);
    }

    [Fact]
    public async Task A_followed_validator_that_withholds_blocks_is_left()
    {
        foreach (TestValidator validator in _cluster.Validators[..2])
        {
            validator.Withholds = 1;
        }

        ChainClient client = _cluster.Client();
        _cluster.Chain.Note("hospital-2", 1);
        _cluster.Chain.Note("hospital-2", 2);

        Assert.Equal(2ul, (await TestCluster.UntilAsync(client, new Height(2))).State.Height.Value);
    }

    [Theory]
    [InlineData("root")]
    [InlineData("signature")]
    [InlineData("height")]
    [InlineData("transactions")]
    public async Task A_validator_that_sends_a_bad_block_is_dropped_and_named(string lie)
    {
        _cluster.Chain.Note("hospital-2", 1);
        _cluster.Chain.Note("hospital-2", 2);
        foreach (TestValidator validator in _cluster.Validators[..3])
        {
            validator.Distort = block => Distort(lie, block);
        }

        await _cluster.Validators[3].StopAsync();
        ChainClient client = _cluster.Client(change: o => o with { SyncTimeout = TimeSpan.FromMilliseconds(1) });
        await TestCluster.UntilAsync(client, s => s.Nodes[..3].All(
            n => !n.Reachable && n.Stall.StartsWith("dropped: block", StringComparison.Ordinal)));
        Assert.Equal(0ul, (await client.SubscribeAsync(default)).Now.State.Height.Value);
        _cluster.Validators[3].Start(_cluster.Validators[3].Port);
        ChainSnapshot now = await TestCluster.UntilAsync(client, new Height(2));

        Assert.Equal(_cluster.Chain.State.Root, now.State.Root);
        Assert.Equal(3, _cluster.Reports.Count(r => r.Contains("is dropped: block", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_model_comes_from_whoever_has_the_right_bytes()
    {
        byte[] model = [1, 2, 3];
        Digest hash = GlobalModel.HashOf(model);
        _cluster.Validators[0].Models[hash] = [1, 2, 4];
        _cluster.Validators[2].Models[hash] = model;
        ChainClient client = _cluster.Client();
        await TestCluster.UntilAsync(client, s => s.Nodes.All(n => n.Reachable));

        Assert.Equal(model, await client.GetModelAsync(hash, default));
        var missing = await Assert.ThrowsAsync<ClientApiException>(() => client.GetModelAsync(Digest.Zero, default));
        Assert.Contains("validator-4: model 00000000 is not here", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_validator_that_hangs_does_not_hold_a_model_up()
    {
        byte[] model = [1, 2, 3];
        Digest hash = GlobalModel.HashOf(model);
        _cluster.Validators[0].Hangs = true;
        _cluster.Validators[3].Models[hash] = model;
        ChainClient client = _cluster.Client(change: o => o with { RequestTimeout = TimeSpan.FromMinutes(5) });
        await TestCluster.UntilAsync(client, s => s.Nodes.All(n => n.Reachable));

        Assert.Equal(model, await client.GetModelAsync(hash, default).WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task A_package_goes_to_the_validator_it_is_for()
    {
        ChainClient client = _cluster.Client();
        var address = new PackageAddress(new RunId(1), 1, network["hospital-1"].Member.Id);

        await client.PutPackageAsync(network["validator-3"].Member.Id, address, new byte[100_000], default);

        Assert.Equal([0, 0, 1, 0], _cluster.Validators.Select(v => v.PackagesStored));
        var refused = await Assert.ThrowsAsync<ClientApiException>(() => client.PutPackageAsync(
            network["validator-3"].Member.Id, address, default, default));
        Assert.Equal("validator-3 refuses the package: empty", refused.Message);
    }

    [Fact]
    public async Task A_reason_is_put_together_from_parts_and_one_liar_is_outvoted()
    {
        ChainClient client = _cluster.Client();
        byte[] shares = [0x51, 0x0A, 0x33, 0x00];
        shares[3] = (byte)(shares[0] ^ shares[1] ^ shares[2] ^ (byte)(RefusalReasons.Recall | RefusalReasons.Cosine));
        for (int party = 0; party < 4; party++)
        {
            byte[] part = [.. shares];
            part[party] = 0;
            _cluster.Validators[party].Reason = part;
        }

        MemberId[] committee = [.. _cluster.Validators.Select(v => network[v.Name].Member.Id)];
        Task<RefusalReasons?> Ask() => client.GetReasonsAsync(new RunId(1), 1, committee, default);
        Assert.Equal(RefusalReasons.Recall | RefusalReasons.Cosine, await Ask());
        _cluster.Validators[2].Reason = [1, 2, 3, 4];
        Assert.Equal(RefusalReasons.Recall | RefusalReasons.Cosine, await Ask());
        _cluster.Validators[0].Reason = null;
        Assert.Null(await Ask());
    }

    [Fact]
    public async Task Blocks_that_left_memory_are_fetched_and_verified()
    {
        for (byte i = 0; i < 20; i++)
        {
            _cluster.Chain.Note("hospital-2", i);
        }

        _cluster.Validators[0].Distort = block =>
            block.Block.Header.Height.Value == 3 ? Distort("signature", block) : block;
        ChainClient client = _cluster.Client(change: o => o with { BlockBytesMax = 1 });
        await TestCluster.UntilAsync(client, new Height(20));

        ImmutableArray<CertifiedBlock> blocks = await client.GetBlocksAsync(new Height(2), 100, default);

        Assert.Equal(_cluster.Chain.Blocks.Skip(1).Select(b => b.Block.Header), blocks.Select(b => b.Block.Header));
    }

    private CertifiedBlock Distort(string lie, CertifiedBlock good)
    {
        BlockHeader header = good.Block.Header;
        QuorumCertificate certificate = good.Certificate;
        BlockHeader forged = header with { StateRoot = Examples.Digest(1) };
        return lie switch
        {
            "root" => new CertifiedBlock(good.Block with { Header = forged }, _cluster.Chain.Certify(forged)),
            "signature" => good with
            {
                Certificate = certificate with
                {
                    Signatures = certificate.Signatures.SetItem(2, certificate.Signatures[0]),
                },
            },
            "height" => _cluster.Chain.Blocks[1],
            _ => good with { Block = good.Block with { Transactions = [] } },
        };
    }
}
