/** Contracts for tests of the test chain, by file name. The two Piggies are twins. */
export const sources: Readonly<Record<string, string>> = {
  'Piggy.sol': `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

interface IPiggy {
    function check(uint256 kind) external;
}

/// Does what a test of the test chain asks for; its twin is Piggy.ts.
contract Piggy {
    event Paid(address indexed by, uint256 amount);

    error TooEarly(uint256 now, uint256 until);

    uint256 public until;

    constructor(uint256 seconds_) payable {
        until = block.timestamp + seconds_;
    }

    function pay() external payable returns (uint256) {
        emit Paid(msg.sender, msg.value);
        return address(this).balance;
    }

    function take() external {
        if (block.timestamp < until) revert TooEarly(block.timestamp, until);
        (bool paid, ) = msg.sender.call{value: address(this).balance}("");
        require(paid, "not paid");
    }

    function check(uint256 kind) external pure {
        if (kind == 1) revert("no such kind");
        if (kind == 2) revert TooEarly(1, 2);
        if (kind == 3) kind = kind - 4;
        if (kind == 4) while (true) kind += 0;
        if (kind == 5) assembly { revert(0, 0) }
    }

    function ask(IPiggy other, uint256 kind) external {
        other.check(kind);
    }

    function place() external view returns (uint256, uint256, address) {
        return (block.number, block.timestamp, msg.sender);
    }
}
`,
  'Piggy.ts': `import { Address, block, call, emit, msg, require, revert, self, u256 } from 'evmpp-sdk'

@event
class Paid {
  @indexed by: Address
  amount: u256
}

@error
class TooEarly {
  now: u256
  until: u256
}

@tuple
class Place {
  number: u256
  time: u256
  sender: Address
}

@remote
declare class IPiggy {
  check(kind: u256): void
}

/** Does what a test of the test chain asks for; its twin is Piggy.sol. */
@contract
class Piggy {
  until: u256

  @payable
  constructor(seconds: u256) {
    this.until = u256(block.timestamp) + seconds
  }

  @payable
  pay(): u256 {
    emit(new Paid(msg.sender, msg.value))
    return self.balance
  }

  take(): void {
    const now = u256(block.timestamp)
    if (now < this.until) throw new TooEarly(now, this.until)
    require(call(msg.sender, new Uint8Array(0), self.balance).success, 'not paid')
  }

  @pure
  check(kind: u256): void {
    const which = kind.toU64()
    if (which == 1) revert('no such kind')
    if (which == 2) throw new TooEarly(u256(1), u256(2))
    if (which == 3) kind = kind - u256(4)
    if (which == 4) while (true) kind = kind + u256(0)
    if (which == 5) unreachable()
  }

  ask(other: Address, kind: u256): void {
    new IPiggy(other).check(kind)
  }

  @view
  place(): Place {
    return new Place(u256(block.number), u256(block.timestamp), msg.sender)
  }
}
`,
  'Deep.sol': `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Fails as deep down as it is told to.
contract Deep {
    function dive(uint256 left) external {
        require(left > 0, "the bottom");
        this.dive(left - 1);
    }
}
`,
  'Two.sol': `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

contract First {
    string public name = "first";
}

contract Second {
    string public name = "second";
}
`,
  'Wrong.ts': `import { u256 } from 'evmpp-sdk'

@contract
class Wrong {
  number: u2567
}
`,
}
