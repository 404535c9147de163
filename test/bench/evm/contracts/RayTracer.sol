// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// A picture of four mirroring balls on a chequered floor, in fixed-point numbers: signed multiplication and division,
/// small structs in memory, calls between functions and data-dependent branches.
contract RayTracer {
    int256 private constant ONE = 1e9;
    int256 private constant NEAR = 1e5;
    int256 private constant FAR = 1e15;
    uint256 private constant MAX_BOUNCES = 4;

    struct Vector {
        int256 x;
        int256 y;
        int256 z;
    }

    struct Ray {
        Vector origin;
        Vector direction;
    }

    struct Ball {
        Vector center;
        int256 radius;
        int256 color;
        int256 mirror;
    }

    struct Hit {
        int256 distance;
        Vector point;
        Vector normal;
        int256 color;
        int256 mirror;
    }

    /// A hash of all pixels' brightness, row by row.
    function run(int256 width, int256 height) external pure returns (bytes32 checksum) {
        Ball[] memory balls = scene();
        for (int256 y = 0; y < height; ++y) {
            for (int256 x = 0; x < width; ++x) {
                int256 brightness = trace(balls, eye(x, y, width, height));
                checksum = keccak256(abi.encode(checksum, brightness));
            }
        }
    }

    function scene() private pure returns (Ball[] memory balls) {
        balls = new Ball[](4);
        balls[0] = Ball(Vector(0, ONE, 6 * ONE), ONE, 900_000_000, 500_000_000);
        balls[1] = Ball(Vector(-2 * ONE, 700_000_000, 5 * ONE), 700_000_000, 600_000_000, 300_000_000);
        balls[2] = Ball(Vector(2 * ONE, 800_000_000, 7 * ONE), 800_000_000, 700_000_000, 700_000_000);
        balls[3] = Ball(Vector(500_000_000, 300_000_000, 4 * ONE), 300_000_000, 800_000_000, 100_000_000);
    }

    function eye(int256 x, int256 y, int256 width, int256 height) private pure returns (Ray memory) {
        unchecked {
            int256 right = ((2 * x - width) * ONE) / width;
            int256 up = ((height - 2 * y) * ONE) / height;
            return Ray(Vector(0, ONE, 0), normalized(Vector(right, up * 3 / 4, 2 * ONE)));
        }
    }

    /// Follows a ray from mirror to mirror.
    function trace(Ball[] memory balls, Ray memory ray) private pure returns (int256 brightness) {
        unchecked {
            int256 weight = ONE;
            for (uint256 bounce = 0; bounce < MAX_BOUNCES && weight > NEAR; ++bounce) {
                (bool isHit, Hit memory hit) = closest(balls, ray);
                if (!isHit) return brightness + times(weight, sky(ray.direction));
                int256 lit = times(hit.color, light(balls, hit));
                brightness += times(times(weight, ONE - hit.mirror), lit);
                weight = times(weight, hit.mirror);
                ray = Ray(hit.point, reflected(ray.direction, hit.normal));
            }
        }
    }

    function sky(Vector memory direction) private pure returns (int256) {
        unchecked {
            return (ONE + direction.y) / 2;
        }
    }

    /// Some everywhere, more where the lamp shines.
    function light(Ball[] memory balls, Hit memory hit) private pure returns (int256) {
        unchecked {
            Vector memory toLamp = normalized(Vector(3 * ONE - hit.point.x, 6 * ONE - hit.point.y, -hit.point.z));
            int256 angle = dot(hit.normal, toLamp);
            if (angle <= 0) return ONE / 5;
            (bool isShaded,) = closest(balls, Ray(hit.point, toLamp));
            return isShaded ? ONE / 5 : ONE / 5 + times(angle, 4 * ONE / 5);
        }
    }

    function closest(Ball[] memory balls, Ray memory ray) private pure returns (bool isHit, Hit memory hit) {
        unchecked {
            hit.distance = FAR;
            for (uint256 i = 0; i < balls.length; ++i) {
                int256 distance = distanceTo(balls[i], ray);
                if (distance <= NEAR || distance >= hit.distance) continue;
                isHit = true;
                hit.distance = distance;
                hit.point = pointOf(ray, distance);
                hit.normal = scaled(minus(hit.point, balls[i].center), (ONE * ONE) / balls[i].radius);
                hit.color = balls[i].color;
                hit.mirror = balls[i].mirror;
            }
            if (ray.direction.y >= 0) return (isHit, hit);
            int256 down = (-ray.origin.y * ONE) / ray.direction.y;
            if (down <= NEAR || down >= hit.distance) return (isHit, hit);
            Vector memory point = pointOf(ray, down);
            bool isDark = ((point.x / ONE + point.z / ONE + (point.x < 0 ? int256(1) : int256(0))) & 1) == 1;
            return (true, Hit(down, point, Vector(0, ONE, 0), isDark ? ONE / 4 : ONE, ONE / 10));
        }
    }

    /// 0 when the ray misses.
    function distanceTo(Ball memory ball, Ray memory ray) private pure returns (int256) {
        unchecked {
            Vector memory toCenter = minus(ball.center, ray.origin);
            int256 along = dot(toCenter, ray.direction);
            if (along <= 0) return 0;
            int256 inside = times(along, along) - dot(toCenter, toCenter) + times(ball.radius, ball.radius);
            if (inside <= 0) return 0;
            return along - squareRoot(inside);
        }
    }

    function pointOf(Ray memory ray, int256 distance) private pure returns (Vector memory) {
        unchecked {
            Vector memory way = scaled(ray.direction, distance);
            return Vector(ray.origin.x + way.x, ray.origin.y + way.y, ray.origin.z + way.z);
        }
    }

    function reflected(Vector memory direction, Vector memory normal) private pure returns (Vector memory) {
        unchecked {
            return normalized(minus(direction, scaled(normal, 2 * dot(direction, normal))));
        }
    }

    function minus(Vector memory a, Vector memory b) private pure returns (Vector memory) {
        unchecked {
            return Vector(a.x - b.x, a.y - b.y, a.z - b.z);
        }
    }

    function scaled(Vector memory a, int256 factor) private pure returns (Vector memory) {
        return Vector(times(a.x, factor), times(a.y, factor), times(a.z, factor));
    }

    function dot(Vector memory a, Vector memory b) private pure returns (int256) {
        unchecked {
            return (a.x * b.x + a.y * b.y + a.z * b.z) / ONE;
        }
    }

    function normalized(Vector memory a) private pure returns (Vector memory) {
        unchecked {
            return scaled(a, (ONE * ONE) / squareRoot(dot(a, a)));
        }
    }

    function times(int256 a, int256 b) private pure returns (int256) {
        unchecked {
            return (a * b) / ONE;
        }
    }

    /// By Newton's method.
    function squareRoot(int256 a) private pure returns (int256 root) {
        unchecked {
            int256 square = a * ONE;
            root = a > ONE ? a : ONE;
            for (int256 next = (root + square / root) / 2; next < root; next = (root + square / root) / 2) root = next;
        }
    }
}
